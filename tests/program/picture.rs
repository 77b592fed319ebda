//! `picture`: the frontier as a drawing, and the one that is shipped.

use crate::run::{RunIt, example, folder, iam_refine};

fn picture(arguments: &[&str]) -> String {
    let run = iam_refine().arg("picture").args(arguments).run();
    assert_eq!(run.exit, 0, "{}", run.stderr);
    run.stdout
}

/// The texts of a picture with their places and classes.
fn texts(svg: &str) -> Vec<(f64, f64, &str, &str)> {
    let lines = svg.lines().filter(|line| line.starts_with("<text "));
    lines
        .map(|line| {
            let attribute = |name: &str| {
                let (_, rest) = line
                    .split_once(&format!(" {name}=\""))
                    .unwrap_or(("", "\""));
                rest.split_once('"').expect("a closing quote").0
            };
            let number = |name| attribute(name).parse().expect("a number");
            let (_, text) = line.split_once('>').expect("text");
            let text = text.strip_suffix("</text>").expect("the end");
            (number("x"), number("y"), attribute("class"), text)
        })
        .collect()
}

fn size(svg: &str) -> (f64, f64) {
    let (_, rest) = svg.split_once("viewBox=\"0 0 ").expect("a viewBox");
    let (width, rest) = rest.split_once(' ').expect("a width");
    let (height, _) = rest.split_once('"').expect("a height");
    (
        width.parse().expect("width"),
        height.parse().expect("height"),
    )
}

#[test]
fn the_shipped_picture_is_current() {
    let shipped = std::fs::read_to_string("assets/picture.svg").expect("it is there");
    assert!(
        picture(&["s3:Get*"]) == shipped,
        "make it anew: rm assets/picture.svg; iam-refine picture 's3:Get*' -o assets/picture.svg"
    );
}

#[test]
fn the_article_fits_a_slide_in_16_rows() {
    let svg = picture(&["s3:Get*"]);
    assert_eq!(size(&svg), (1280.0, 720.0));
    let rows = texts(&svg)
        .into_iter()
        .filter(|(_, _, _, text)| text.starts_with("✓ ") || text.starts_with("✗ "));
    // Two are of the legend.
    assert_eq!(rows.count() - 2, 16);
    for entry in ["s3:GetAccess*", "s3:GetJobTagging", "s3:GetStorage*"] {
        assert!(svg.contains(&format!(">{entry}</text>")), "{entry}");
    }
}

#[test]
fn siblings_of_which_nothing_stays_share_a_row_where_rows_are_many() {
    let findings = example("article.findings.json");
    assert!(picture(&["s3:*", &findings]).contains(" more</text>"));
    assert!(!picture(&["s3:Get*"]).contains(" more</text>"));
}

#[test]
fn no_text_is_cut_and_no_two_overlap() {
    let findings = example("article.findings.json");
    for arguments in [
        &["s3:Get*"][..],
        &["s3:*", &findings],
        &["s3:*Tagging", &findings],
        &["s3:*", &findings, "--granularity", "name"],
        &[
            "s3:Get*",
            &findings,
            "--granularity",
            "character",
            "--detail",
            "all",
        ],
    ] {
        let svg = picture(arguments);
        let (width, height) = size(&svg);
        let mut boxes: Vec<(f64, f64, f64, &str)> = Vec::new();
        for (x, y, class, text) in texts(&svg) {
            let letter = match class {
                "title" => 19.0,
                class if class.contains("name") => 9.2,
                class if class.contains("small") => 7.2,
                _ => 8.2,
            };
            let letters = u32::try_from(text.chars().count()).expect("a text");
            let end = x + f64::from(letters) * letter;
            assert!(
                x >= 0.0 && end <= width + 1.0 && y <= height,
                "{text}: {end} of {width}"
            );
            let clash = boxes.iter().find(|(left, right, base, _)| {
                (base - y).abs() < 14.0 && x < *right && *left < end
            });
            assert!(clash.is_none(), "{text} and {clash:?} in {arguments:?}");
            boxes.push((x, end, y, text));
        }
    }
}

#[test]
fn steps_are_a_picture_each_and_tell_nothing_beforehand() {
    let folder = folder();
    let slides = folder.path().join("slides").display().to_string();
    picture(&["s3:Get*", "--steps", &slides, "--theme", "dark"]);
    let read =
        |step| std::fs::read_to_string(format!("{slides}/step-{step:02}.svg")).expect("a picture");
    assert_eq!(std::fs::read_dir(&slides).expect("a folder").count(), 17);
    assert!(read(11).contains(">s3:GetJobTagging</text>"));
    assert!(!read(10).contains("GetJobTagging"), "{}", read(10));
    assert!(read(17).contains(">s3:GetStorage*</text>"));
}

#[test]
fn what_another_entry_covers_is_struck_out_at_the_end() {
    let folder = folder();
    let slides = folder.path().join("slides").display().to_string();
    let of_networks = [
        "vpc-lattice:List*",
        "assets/lessons/3-sibling-trap/findings.json",
    ];
    let struck = "class=\"name left-out\">vpc-lattice:ListServiceNetworks</text>";
    let whole = picture(&of_networks);
    assert!(whole.contains(struck), "{whole}");
    assert_eq!(whole.matches("class=\"name left-out\"").count(), 1);
    picture(&[&of_networks[..], &["--steps", &slides]].concat());
    let read =
        |step| std::fs::read_to_string(format!("{slides}/step-{step:02}.svg")).expect("a picture");
    // One more than there are steps.
    assert_eq!(std::fs::read_dir(&slides).expect("a folder").count(), 15);
    assert!(!read(14).contains(struck), "{}", read(14));
    assert!(read(15).contains(struck), "{}", read(15));
    assert!(read(15).contains("ListServiceNetworks is left out: vpc-lattice:ListServiceNetwork*"));
}

#[test]
fn where_nothing_is_walked_it_says_why_and_files_are_not_written_over() {
    let findings = example("article.findings.json");
    let run = iam_refine().args(["picture", "s3:List*", &findings]).run();
    assert_eq!(run.exit, 2);
    assert!(
        run.stderr.contains("s3:List* stays as it is"),
        "{}",
        run.stderr
    );
    let run = iam_refine()
        .args(["picture", "s3:Get*", "-o", "assets/picture.svg"])
        .run();
    assert_eq!(run.exit, 2);
    assert!(run.stderr.contains("already exists"), "{}", run.stderr);
}

/// Makes the page of a pattern, and returns it.
fn page(arguments: &[&str]) -> String {
    let folder = folder();
    let file = folder.path().join("trie.HTML").display().to_string();
    picture(&[arguments, &["-o", &file]].concat());
    std::fs::read_to_string(file).expect("it is there")
}

/// What of a page is of a step: the `data-step` of each part that is counted as `of`.
fn steps_of(page: &str, of: &str) -> Vec<usize> {
    let parts = page.lines().filter(|line| line.contains(of));
    let number = |line: &str| {
        let (_, rest) = line.split_once("data-step=\"").expect("a step");
        rest.split_once('"')
            .expect("a quote")
            .0
            .parse()
            .expect("a number")
    };
    parts.map(number).collect()
}

#[test]
fn a_page_without_a_script_shows_the_last_step_and_has_all_sentences() {
    let page = page(&["s3:Get*"]);
    assert!(
        page.contains("<h1>s3:Get* becomes 7 entries</h1>"),
        "{page}"
    );
    // Only the script takes anything away, and shows what it is asked with.
    assert!(page.contains("<nav id=\"controls\" aria-label=\"Steps\" hidden>"));
    let (markup, _) = page.split_once("<script>").expect("a script");
    let (_, markup) = markup.split_once("</style>").expect("styles");
    assert_eq!(markup.matches(" hidden").count(), 1);
    assert!(!markup.contains("data-waiting"));
    let end = "s3:Get* becomes 7 entries: of the 58 known actions it grants 36 stay and 22 go.";
    assert_eq!(markup.matches(end).count(), 2, "at the top, and among all");
    assert_eq!(markup.matches("<li><a href=\"#step=").count(), 17 + 1);
    assert!(markup.contains("<code>Storage</code>"), "{markup}");
}

#[test]
fn a_page_fetches_nothing_and_names_each_action_once() {
    let findings = example("article.findings.json");
    for arguments in [
        &["s3:Get*"][..],
        &["s3:*", &findings],
        &["s3:*", &findings, "--granularity", "character"],
        &["s3:Get*", &findings, "--keep", "s3:GetBucketAcl=audit"],
    ] {
        let page = page(arguments);
        let explained = (iam_refine().arg("explain").args(arguments))
            .args(["--format", "json"])
            .run();
        let explained: serde_json::Value =
            serde_json::from_str(&explained.stdout).expect("it is JSON");
        let entries = explained["result"].as_array().map_or(0, Vec::len);
        let gone = explained["goes"]
            .as_u64()
            .and_then(|goes| usize::try_from(goes).ok());
        let gone = gone.expect("a number");
        assert!(page.contains(
            "content=\"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
        ));
        for loads in ["http:", "https:", " src=", "url(", "@import", "<link"] {
            assert!(!page.contains(loads), "{loads}");
        }
        assert_eq!(
            steps_of(&page, "data-of=\"result\"").len(),
            entries,
            "{arguments:?}"
        );
        assert_eq!(
            steps_of(&page, "data-of=\"gone\"").len(),
            gone,
            "{arguments:?}"
        );
        assert!(page.contains(&format!("<span data-tally=\"gone\">{gone}</span>")));
        // A row for each step, in order.
        let rows = steps_of(&page, " data-visit");
        let sentences = page.matches("<li><a href=\"#step=").count() - 1;
        assert_eq!(rows, (1..=sentences).collect::<Vec<_>>(), "{arguments:?}");
        assert_eq!(page.matches("<ul").count(), page.matches("</ul>").count());
        assert_eq!(page.matches("<li").count(), page.matches("</li>").count());
    }
}

#[test]
fn a_page_ends_with_what_another_entry_covers() {
    let findings = "assets/lessons/3-sibling-trap/findings.json";
    let page = page(&["vpc-lattice:List*", findings]);
    assert!(
        page.contains("<h1>vpc-lattice:List* becomes 8 entries</h1>"),
        "{page}"
    );
    assert!(page.contains("max=\"15\" value=\"15\" step=\"1\" data-steps=\"14\" "));
    assert!(page.contains("Result: <span data-tally=\"result\">8</span> of 9 entries"));
    let closing =
        "vpc-lattice:ListServiceNetworks is left out: vpc-lattice:ListServiceNetwork* covers it.";
    assert_eq!(page.matches(closing).count(), 2);
    // In the trie and in the result.
    assert_eq!(page.matches("<s>vpc-lattice:").count(), 2);
}

#[test]
fn text_from_outside_is_no_markup_of_a_page() {
    let folder = folder();
    let hostile = folder
        .path()
        .join("<script>alert(1)<\u{202e}img src=x>\"&.json");
    std::fs::copy(example("article.findings.json"), &hostile).expect("copied");
    let page = page(&["s3:Get*", &hostile.display().to_string()]);
    assert_eq!(page.matches("<script>").count(), 1);
    assert!(!page.contains("<img"));
    assert!(!page.contains('\u{202e}'));
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
}

#[test]
fn a_page_is_light_and_dark_as_asked() {
    let dark = "prefers-color-scheme: dark";
    assert!(page(&["s3:Get*"]).contains(dark));
    for theme in ["light", "dark"] {
        let page = page(&["s3:Get*", "--theme", theme]);
        assert!(page.contains(&format!("color-scheme: {theme};")));
        assert!(!page.contains(dark));
    }
    let all = page(&["s3:Get*", "--detail", "all"]);
    assert!(all.contains("<li class=\"safe\">✓ Get<wbr>Access<wbr>Point</li>"));
    assert!(!page(&["s3:Get*"]).contains("class=\"safe\">✓ Get"));
}
