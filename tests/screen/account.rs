//! The list of an account's policies: keys in, a buffer out.

use iam_refine::account::{AccountReview, Decided};
use iam_refine::intake::Intake;
use iam_refine::text::Source;
use iam_refine::tui::{
    App, Changing, FolderPreview, Key, Preview, ROWS, Request, Settings, Theme, draw, input_for,
    update,
};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::crossterm::event::{Event, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

use crate::setup::{footer, key_event, press_of, text};
use crate::sizes::Dice;

pub const FINDINGS: [&str; 3] = [
    include_str!("../data/account/findings/reader.json"),
    include_str!("../data/account/findings/writer.json"),
    include_str!("../data/account/findings/ann.json"),
];

fn account() -> AccountReview {
    read(include_str!("../data/account/account.json"))
}

pub fn read(account: &str) -> AccountReview {
    read_with(account, &FINDINGS)
}

pub fn read_with(account: &str, findings: &[&str]) -> AccountReview {
    let intake = findings.iter().fold(Intake::new(), |intake, text| {
        intake.text("finding.json", text)
    });
    let opened = intake.account(Source::from_text("account.json", account));
    opened.expect("they fit together")
}

pub struct Tester {
    app: App,
    requests: Vec<Request>,
    terminal: Terminal<TestBackend>,
}

pub fn list(size: (u16, u16)) -> Tester {
    with(Settings::default(), size)
}

fn with(settings: Settings, size: (u16, u16)) -> Tester {
    of(account(), settings, size)
}

pub fn of(account: AccountReview, settings: Settings, (width, height): (u16, u16)) -> Tester {
    let title = "account.json".to_owned();
    let mut tester = Tester {
        app: App::of_account(account, Decided::new(), title, settings),
        requests: Vec::new(),
        terminal: Terminal::new(TestBackend::new(width, height)).unwrap(),
    };
    tester.draw();
    tester
}

impl Tester {
    pub fn press(mut self, keys: &str) -> Self {
        for key in keys.split_whitespace() {
            self.event(&key_event(key));
        }
        self
    }

    fn event(&mut self, event: &Event) {
        if let Some(input) = input_for(event, &self.app) {
            self.requests.extend(update(&mut self.app, input));
        }
        self.draw();
    }

    fn draw(&mut self) {
        let app = &mut self.app;
        self.terminal.draw(|frame| draw(app, frame)).unwrap();
    }

    fn resize(&mut self, width: u16, height: u16) {
        self.terminal.backend_mut().resize(width, height);
        self.draw();
    }

    pub fn text(&self) -> String {
        text(self.terminal.backend().buffer())
    }

    pub fn footer(&self) -> String {
        footer(self.terminal.backend().buffer())
    }

    /// The reviews of the policies that were opened.
    pub fn decided(&self) -> &Decided {
        let (_, decided) = self.app.account().expect("an account is listed");
        decided
    }

    /// The row under the cursor.
    pub fn row(&self) -> String {
        let text = self.text();
        let row = text.lines().find(|line| line.starts_with("> "));
        row.unwrap_or_default().to_owned()
    }
}

#[test]
fn the_list_tells_what_goes_and_what_is_kept() {
    insta::assert_snapshot!("list_80x24", list((80, 24)).text());
    insta::assert_snapshot!("list_120x40", list((120, 40)).text());
    insta::assert_snapshot!("list_160x50", list((160, 50)).press("G").text());
    let plain = Settings {
        theme: Theme::Mono,
        ascii: true,
        mouse: false,
    };
    let text = with(plain, (80, 24)).press("w ?").text();
    assert!(text.is_ascii(), "{text}");
}

#[test]
fn what_is_decided_in_a_policy_is_kept_when_it_is_left() {
    let tester = list((80, 24)).press("Enter");
    let text = tester.text();
    assert!(text.contains("ReadBuckets"), "{text}");
    assert!(tester.footer().contains("q to the list"), "{text}");
    assert!(!tester.footer().contains("write"), "{text}");
    let tester = tester.press("w");
    assert!(tester.footer().contains("from its list"));
    let tester = tester.press("A q");
    assert!(tester.requests.is_empty());
    assert!(
        tester.row().ends_with("2 of 2: accepted"),
        "{}",
        tester.row()
    );
    assert_eq!(tester.decided().len(), 1);
    // Undo goes on in the policy when it is opened again.
    let tester = tester.press("Enter u Esc");
    assert!(tester.row().ends_with("to review"), "{}", tester.row());
    insta::assert_snapshot!("list_decided", tester.press("Enter U q f f").text());
}

#[test]
fn a_policy_that_is_kept_does_not_open() {
    let tester = list((120, 40)).press("/ S i l e n t Enter");
    assert!(tester.row().contains("Everything"), "{}", tester.text());
    let tester = tester.press("Enter");
    assert!(tester.app.opened().is_none());
    let why = "Kept as it is: role Silent has no finding, so it counts as using all";
    assert_eq!(tester.footer(), why);
}

#[test]
fn who_keeps_an_action_stands_among_the_reasons() {
    let tester = list((80, 24)).press("/ S h a r e d Enter Enter 3");
    let text = tester.text();
    assert!(text.contains("UNUSED BY SOME, KEPT FOR OTHERS"), "{text}");
    assert!(text.contains("! 1 for role Reader: SendMessage"), "{text}");
}

#[test]
fn names_are_searched_and_a_search_given_up_goes_back() {
    let tester = list((120, 40)).press("j / r o l e");
    assert!(tester.footer().contains("2 of 6"), "{}", tester.footer());
    let first = tester.row();
    let tester = tester.press("Enter n");
    assert_ne!(tester.row(), first);
    let tester = tester.press("N");
    assert_eq!(tester.row(), first);
    let before = list((120, 40)).press("j").row();
    assert_eq!(list((120, 40)).press("j / S u p p Esc").row(), before);
    let tester = list((120, 40)).press("/ x x Enter");
    let told = "xx is in no name and no entry, and no known action that is allowed";
    assert_eq!(tester.footer(), told);
}

#[test]
fn actions_are_searched_in_the_list() {
    let found = |keys: &str| {
        let mut tester = list((120, 40)).press("/").press(keys);
        let count = tester.footer();
        let mut rows = vec![tester.row()];
        tester = tester.press("Enter n");
        while !tester.footer().contains("none of the") && !tester.footer().contains("is in no") {
            rows.push(tester.row());
            tester = tester.press("n");
        }
        let name = |row: String| row.split_whitespace().nth(1).unwrap_or_default().to_owned();
        (count, rows.into_iter().map(name).collect::<Vec<_>>())
    };
    // Those that allow it, whatever they call it.
    let (_, allow) = found("s q s : S e n d M e s s a g e");
    assert_eq!(
        allow,
        ["WriteQueues", "Shared", "Bound", "Everything", "Support"]
    );
    // An entry as it is written.
    let (count, written) = found("s q s : s e");
    assert_eq!(written, ["WriteQueues", "Shared"], "{count}");
    let tester = list((120, 40)).press("/ s q s : N o S u c h Enter");
    assert!(tester.footer().starts_with("sqs:NoSuch is in no name"));
}

#[test]
fn what_is_counted_comes_to_all_policies() {
    for (tester, told) in [
        (list((80, 24)), "4 to review, 1 nothing unused, 5 kept"),
        (
            list((120, 40)).press("Enter A q"),
            "3 to review, 1 decided, 1 nothing unused, 5 kept",
        ),
        (
            list((80, 24)).press("Enter A q"),
            "proved   3 of 10 to review",
        ),
    ] {
        let text = tester.text();
        assert!(text.contains("10 policies"), "{text}");
        assert!(text.contains(told), "{text}");
    }
}

#[test]
fn what_nobody_knows_of_is_not_unused_by_nobody() {
    let text = list((80, 24)).text();
    let row = |name: &str| {
        let mut rows = text.lines().filter(|line| line.contains(name));
        rows.next().unwrap_or_default().to_owned()
    };
    for name in ["Everything", "Idle", "Bound", "Unseen", "Support"] {
        assert!(row(name).contains(" ? of "), "{text}");
    }
    assert!(row("Grown").contains(" 0 of 500 "), "{text}");
    let strip = list((120, 40)).press("/ S i l e n t Enter").text();
    let told = "What of it is unused is not known: no finding is for anybody who has it.";
    assert!(strip.contains(told), "{strip}");
}

#[test]
fn filters_leave_policies_out() {
    let tester = list((80, 24)).press("f");
    assert_eq!(tester.footer(), "Shows policies to review: 4 rows");
    let tester = tester.press("f");
    assert!(tester.text().contains("There are no policies that change"));
    let tester = tester.press("Enter");
    assert_eq!(tester.footer(), "There is no policy here: f shows others");
    let tester = tester.press("f");
    assert_eq!(tester.footer(), "Shows policies that are kept: 5 rows");
    // What is decided wholly is not to review any more.
    let text = list((80, 24)).press("f Enter A q").text();
    assert!(
        text.contains("3 of 10 policies: policies to review"),
        "{text}"
    );
}

#[test]
fn what_another_policy_still_allows_is_lost_to_the_policy_and_not_gone() {
    let mut tester = list((120, 30)).press("/ W r i t e Q Enter Enter A");
    assert!(
        tester
            .text()
            .contains("0 unused actions gone, 2 still granted elsewhere"),
        "{}",
        tester.text()
    );
    tester = tester.press("q");
    let text = tester.text();
    assert!(
        text.contains("1 policy loses 2 unused actions, proved"),
        "{text}"
    );
    assert!(!text.contains("gone"), "{text}");
}

#[test]
fn writing_asks_after_a_preview() {
    let tester = list((80, 24)).press("Enter A q w");
    assert_eq!(tester.requests, [Request::Preview]);
    let mut tester = tester;
    let preview = FolderPreview {
        folder: "account.refined".into(),
        changing: vec![Changing {
            name: "ReadBuckets of role Reader".to_owned(),
            goes: 23,
            granted: 86,
            still_granted: 2,
            is_emptied: false,
        }],
        kept: vec![("Shared".to_owned(), "it is too long".to_owned())],
    };
    tester.app.show_preview(Ok(Preview::Folder(preview)));
    tester.draw();
    insta::assert_snapshot!("list_preview", tester.text());
    let tester = tester.press("Enter");
    assert_eq!(tester.requests.last(), Some(&Request::Write));

    let mut tester = list((80, 24)).press("w");
    let nothing = FolderPreview::default();
    tester.app.show_preview(Ok(Preview::Folder(nothing)));
    let tester = tester.press("Enter");
    assert_eq!(tester.requests, [Request::Preview]);
    assert!(tester.footer().contains("nothing to write"));
}

#[test]
fn leaving_asks_while_decisions_are_not_written() {
    assert_eq!(list((80, 24)).press("q").requests, [Request::Quit]);
    let tester = list((80, 24)).press("Enter A q q");
    assert!(tester.requests.is_empty());
    assert!(
        tester
            .footer()
            .starts_with("Leave? 2 decisions are saved, but not written.")
    );
    let tester = tester.press("Esc Esc");
    assert!(tester.requests.is_empty());
    assert_eq!(tester.press("Ctrl-c Ctrl-c").requests, [Request::Quit]);
}

#[test]
fn leaving_says_what_is_lost_where_nothing_is_saved() {
    let mut tester = list((80, 24));
    tester.app.tell_not_saved("there is no folder to save in");
    let tester = tester.press("Enter A q q");
    assert!(
        tester
            .footer()
            .starts_with("Leave? 2 decisions will be lost.")
    );
}

#[test]
fn the_help_lists_and_runs_the_keys_of_the_list() {
    let tester = list((120, 40)).press("?");
    insta::assert_snapshot!("list_help", tester.text());
    let tester = tester.press("k e p t Enter");
    assert_eq!(tester.footer(), "Shows policies to review: 4 rows");
}

#[test]
fn the_mouse_selects_and_scrolls() {
    let mouse = |kind, row| {
        let mut tester = list((80, 24));
        tester.event(&Event::Mouse(MouseEvent {
            kind,
            column: 5,
            row,
            modifiers: KeyModifiers::NONE,
        }));
        tester.row()
    };
    // The list begins below the header, a rule and its titles.
    let click = MouseEventKind::Down(MouseButton::Left);
    assert_eq!(mouse(click, 5), list((80, 24)).press("j j").row());
    assert_eq!(mouse(click, 13), list((80, 24)).row(), "below the last row");
    let three_down = list((80, 24)).press("j j j").row();
    assert_eq!(mouse(MouseEventKind::ScrollDown, 5), three_down);
}

#[test]
fn inline_policies_share_their_quota() {
    let text = include_str!("../data/account/account.json");
    let mut account: serde_json::Value = serde_json::from_str(text).expect("JSON");
    let policies = account["RoleDetailList"][0]["RolePolicyList"]
        .as_array_mut()
        .expect("policies");
    let mut second = policies[0].clone();
    second["PolicyName"] = "Second".into();
    policies.push(second);
    let tester = of(read(&account.to_string()), Settings::default(), (120, 40));
    let told = "Size 152, 304 together with the others; quota 10,240";
    assert!(tester.text().contains(told), "{}", tester.text());
}

#[test]
fn a_policy_that_cannot_be_read_is_listed_last() {
    let odd = || {
        let text = include_str!("../data/account/account.json");
        let mut account: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let policies = &mut account["RoleDetailList"][0]["RolePolicyList"];
        let odd = serde_json::json!({"PolicyName": "Odd", "PolicyDocument": {"Statement": []}});
        policies.as_array_mut().expect("policies").push(odd);
        read(&account.to_string())
    };
    let wide = of(odd(), Settings::default(), (120, 40)).press("G");
    assert!(wide.row().contains("Odd of role Reader"), "{}", wide.row());
    assert!(
        wide.row().contains("cannot be read: account.json:1:"),
        "{}",
        wide.row()
    );
    let unknown = "It stays as it is, and what it grants is unknown.";
    assert!(wide.text().contains(unknown), "{}", wide.text());
    let wide = wide.press("Enter");
    assert!(wide.app.opened().is_none());
    assert!(
        wide.footer()
            .starts_with("Kept as it is: cannot be read: account.json:1:")
    );
    let mut narrow = of(odd(), Settings::default(), (80, 24)).press("G");
    assert!(
        narrow.row().ends_with("  cannot be read"),
        "{}",
        narrow.row()
    );
    for (width, height) in [(40, 10), (60, 16), (200, 60)] {
        narrow.resize(width, height);
        narrow = narrow.press("a d u f f f G Enter");
    }
}

#[test]
fn any_order_of_keys_can_be_drawn_on_any_screen() {
    let keys: Vec<&Key> = ROWS.iter().flat_map(|row| row.keys).collect();
    let mut dice = Dice(3);
    let mut tester = list((80, 24));
    for round in 0..2000 {
        let side = |length: usize| u16::try_from(length).unwrap();
        if round < 750 {
            tester.resize(side(round % 50), side(round / 50));
        } else if dice.roll(20) == 0 {
            tester.resize(side(dice.roll(180)), side(dice.roll(60)));
        }
        let key = keys[dice.roll(keys.len())];
        tester.event(&press_of(key));
    }
    tester.resize(39, 10);
    assert!(tester.text().starts_with("needs 40x10, has 39x10"));
}

#[test]
fn nothing_happens_where_nothing_is_seen_but_leaving_and_stopping() {
    let blind = "A Enter a r Space w Enter y Esc f l d u / x Enter";
    for before in ["", "Enter A q", "Enter A q q", "Enter A", "Enter", "?", "/"] {
        let mut tester = list((80, 24)).press(before);
        let seen = tester.text();
        tester.resize(20, 5);
        let mut tester = tester.press(blind);
        assert_eq!(tester.requests, [], "{before}");
        tester.resize(80, 24);
        assert_eq!(tester.text(), seen, "{before}");
        tester.resize(20, 5);
        let tester = tester.press("Ctrl-z q");
        assert_eq!(
            tester.requests,
            [Request::Suspend, Request::Quit],
            "{before}"
        );
        // What is decided in a policy that was open is not left behind.
        assert!(tester.app.opened().is_none(), "{before}");
        let decided = tester.decided().values().next();
        let decided = decided.map_or(0, |review| 2 - review.undecided().len());
        assert_eq!(decided > 0, before.contains('A'), "{before}");
    }
}
