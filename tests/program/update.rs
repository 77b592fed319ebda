//! `catalogue update`: all or nothing, from a server that may misbehave.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::run::{Run, RunIt, folder, iam_refine};

/// What the server does when it is asked for a path.
enum Answer {
    Json(String),
    Status(&'static str),
    RedirectTo(String),
    CutOff,
    Slow,
}

/// Serves on loopback until the test's process ends, and returns the address without a last slash.
fn serve(answers: impl FnOnce(&str) -> BTreeMap<&'static str, Answer>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    let answers = Arc::new(answers(&address));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = Arc::clone(&answers);
            // A client that gave up is not the server's concern.
            thread::spawn(move || drop(answer(stream, &answers)));
        }
    });
    address
}

fn answer(mut stream: TcpStream, answers: &BTreeMap<&str, Answer>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    while lines
        .next()
        .transpose()?
        .is_some_and(|line| !line.is_empty())
    {}
    let path = first.split(' ').nth(1).unwrap_or_default();
    let (status, headers, body) = match answers.get(path) {
        Some(Answer::Json(json)) => ("200 OK", String::new(), json.as_str()),
        Some(Answer::Status(status)) => (*status, String::new(), "no"),
        Some(Answer::RedirectTo(to)) => ("302 Found", format!("Location: {to}\r\n"), ""),
        Some(Answer::CutOff) => {
            return write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{S3}");
        }
        Some(Answer::Slow) => {
            thread::sleep(Duration::from_secs(5));
            ("200 OK", String::new(), S3)
        }
        None => ("404 Not Found", String::new(), ""),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\n{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
}

const S3: &str = r#"{"Name": "s3", "Actions": [{"Name": "GetObject"}, {"Name": "GetTomorrow"}]}"#;
const SQS: &str = r#"{"Name": "sqs", "Actions": [{"Name": "SendMessage"}]}"#;

fn index(address: &str) -> Answer {
    Answer::Json(format!(
        r#"[{{"service": "s3", "url": "{address}/s3.json"}}, {{"service": "sqs", "url": "{address}/sqs.json"}}]"#
    ))
}

/// A server on which everything is well but what it answers for S3.
fn with_s3(answer: impl FnOnce(&str) -> Answer) -> String {
    serve(|address| {
        BTreeMap::from([
            ("/", index(address)),
            ("/s3.json", answer(address)),
            ("/moved.json", Answer::Json(S3.to_owned())),
            ("/sqs.json", Answer::Json(SQS.to_owned())),
        ])
    })
}

fn catalogue(data: &Path, arguments: &[&str]) -> Run {
    let mut command = iam_refine();
    command.arg("catalogue").args(arguments);
    command
        .env("XDG_DATA_HOME", data)
        .env("NO_PROXY", "127.0.0.1");
    command.run()
}

/// Updates where a catalogue with these actions is in use, of which nothing may be lost.
fn update(data: &Path, address: &str) -> Run {
    let known = data.join("known.txt");
    let text = "date 2026-11-01\ns3:GetObject\nsqs:SendMessage\n";
    std::fs::write(&known, text).expect("written");
    let known = known.to_str().expect("UTF-8");
    let from = format!("{address}/");
    let options = ["--timeout", "2", "--from", &from, "--catalogue", known];
    catalogue(data, &[&["update"][..], &options].concat())
}

#[test]
fn what_was_fetched_is_used_from_then_on() {
    let data = folder();
    let run = update(data.path(), &with_s3(|_| Answer::Json(S3.to_owned())));
    assert_eq!(run.exit, 0, "{}", run.stderr);
    assert!(
        (run.stdout).starts_with("2 services, 3 actions: 1 new, 0 gone; kept in "),
        "{}",
        run.stdout
    );
    assert_eq!(run.stderr, "");
    let info = catalogue(data.path(), &["info"]).stdout;
    assert!(
        info.contains("iam-refine/catalogue.txt\ndate       2026-11-23 (0 days old)"),
        "{info}"
    );
    let listed = catalogue(data.path(), &["list", "s3:*"]).stdout;
    assert_eq!(listed, "s3:GetObject\ns3:GetTomorrow\n");
    let given = ["list", "s3:GetT*", "--catalogue", "assets/catalogue.txt"];
    assert_eq!(catalogue(data.path(), &given).stdout, "");
    // What was first seen in an update keeps its day in the next one.
    let kept = std::fs::read_to_string(data.path().join("iam-refine/catalogue.txt"));
    let kept = kept.expect("it is kept");
    let services = "\ns3\n ?? GetObject\n ?? GetTomorrow 2026-11-23\n\nsqs\n ?? SendMessage\n\n";
    assert!(kept.contains(&format!("{services}# sha256 ")), "{kept}");
    // What was changed by hand since is read as any file is, and so is what is wrong with it.
    let path = data.path().join("iam-refine/catalogue.txt");
    std::fs::write(&path, kept.replace("GetTomorrow", "GetToday")).expect("written");
    let listed = catalogue(data.path(), &["list", "s3:*"]).stdout;
    assert_eq!(listed, "s3:GetObject\ns3:GetToday\n");
    std::fs::write(&path, kept.replace(" ?? GetT", " ?! GetT")).expect("written");
    let run = catalogue(data.path(), &["list", "s3:*"]);
    assert_eq!(run.exit, 2, "{}", run.stdout);
}

#[test]
fn a_service_that_lost_much_is_refused_unless_it_is_named() {
    let data = folder();
    let of = |names: &[&str]| {
        let actions = names.iter().map(|name| format!(r#"{{"Name": "{name}"}}"#));
        let actions = actions.collect::<Vec<_>>().join(", ");
        let s3 = format!(r#"{{"Name": "s3", "Actions": [{actions}]}}"#);
        with_s3(move |_| Answer::Json(s3))
    };
    let update = |address: &str, more: &[&str]| {
        let from = format!("{address}/");
        catalogue(data.path(), &[&["update", "--from", &from], more].concat())
    };
    // Against the built-in catalogue.
    let run = update(&of(&["GetObject", "PutObject"]), &[]);
    assert_eq!(run.exit, 2, "{}", run.stdout);
    assert!(run.stderr.contains("more services"), "{}", run.stderr);
    let told = "give --allow-fewer SERVICE for each";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert!(!data.path().join("iam-refine").exists());
    // Against what was kept: as many actions, and others.
    let folder = data.path().join("iam-refine");
    std::fs::create_dir(&folder).expect("made");
    let kept = "date 2026-11-01\nec2:RunInstances\ns3:GetObject\ns3:PutObject\nsqs:SendMessage\n";
    std::fs::write(folder.join("catalogue.txt"), kept).expect("written");
    let two = of(&["GetObject", "GetTomorrow"]);
    for allowed in [
        &[][..],
        &["--allow-fewer"],
        &["--allow-fewer", "sqs"],
        &["--allow-fewer="],
    ] {
        let run = update(&two, allowed);
        assert_eq!(run.exit, 2, "{allowed:?}");
        let is_bare = allowed.len() == 1;
        let unsaid = "error: --allow-fewer does not say of which service; ";
        assert_eq!(run.stderr.contains(unsaid), is_bare, "{}", run.stderr);
        let told = "actions of the catalogue in use are missing here: ec2 (all 1), s3 (1 of 2)\n\
                    help: nothing was changed: ";
        assert!(run.stderr.contains(told), "{}", run.stderr);
        let told = "give --allow-fewer ec2 --allow-fewer s3";
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    let run = update(&two, &["--allow-fewer", "s3"]);
    assert!(run.stderr.contains("here: ec2 (all 1)\n"), "{}", run.stderr);
    assert!(!run.stderr.contains("s3 ("), "{}", run.stderr);
    let now = std::fs::read_to_string(folder.join("catalogue.txt")).expect("read");
    assert_eq!(now, kept);
    let run = update(&two, &["--allow-fewer", "s3", "--allow-fewer", "EC2"]);
    let told = "2 services, 3 actions: 1 new, 2 gone; ";
    assert!(run.stdout.starts_with(told), "{}{}", run.stdout, run.stderr);
    let run = update(&two, &["--allow-fewer", "s 3"]);
    let told = "this is not the prefix of a service";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn a_catalogue_whose_day_cannot_be_is_neither_made_nor_used() {
    let at = |data: &Path, seconds: &str, arguments: &[&str]| {
        let mut command = iam_refine();
        command.arg("catalogue").args(arguments);
        command.env("XDG_DATA_HOME", data);
        command.env("SOURCE_DATE_EPOCH", seconds).run()
    };
    let data = folder();
    // Before the built-in catalogue: nothing is fetched that would not be used.
    let run = at(
        data.path(),
        "0",
        &["update", "--from", "http://127.0.0.1:9/"],
    );
    assert_eq!(run.exit, 2);
    let told = "error: today is 1970-01-01 by the clock or SOURCE_DATE_EPOCH, and the built-in \
                catalogue is of 2026-10-27: what is fetched would not be used\n";
    assert!(run.stderr.starts_with(told), "{}", run.stderr);
    // One of 2099 is used then, and not before.
    let kept = data.path().join("iam-refine/catalogue.txt");
    std::fs::create_dir(kept.parent().expect("a folder")).expect("made");
    std::fs::write(&kept, "date 2099-01-01\ns3:GetObject\n").expect("written");
    let later = at(data.path(), "4070908800", &["info"]);
    assert!(
        later.stdout.contains("2099-01-01 (0 days old)"),
        "{}",
        later.stdout
    );
    assert_eq!(later.stderr, "");
    let now = at(data.path(), "1795392000", &["info"]);
    assert!(
        now.stdout.contains("date       2026-10-27 (27 days old)"),
        "{}",
        now.stdout
    );
    let told = "is of 2099-01-01, and today is 2026-11-23: the built-in catalogue of 2026-10-27 is \
                used; if the clock is right, `iam-refine catalogue update` makes a new one\n";
    assert!(now.stderr.ends_with(told), "{}", now.stderr);
    let given = ["info", "--catalogue", kept.to_str().expect("UTF-8")];
    let given = at(data.path(), "1795392000", &given);
    assert!(
        given.stdout.contains("2099-01-01 (today is 2026-11-23)"),
        "{}",
        given.stdout
    );
    // An empty variable says nothing, and one that is no number is refused.
    assert_eq!(at(folder().path(), "", &["info"]).exit, 0);
    for odd in ["soon", "-1", "253402300800"] {
        let run = at(folder().path(), odd, &["info"]);
        let told = "SOURCE_DATE_EPOCH is not a number of seconds since 1970";
        assert!(run.stderr.contains(told), "{odd}: {}", run.stderr);
    }
    // A pipe in its place is not waited for.
    std::fs::remove_file(&kept).expect("removed");
    let pipe = std::process::Command::new("mkfifo").arg(&kept).status();
    assert!(pipe.expect("made").success());
    let run = at(data.path(), "1795392000", &["info"]);
    assert!(
        run.stderr.contains("catalogue.txt is no file"),
        "{}",
        run.stderr
    );
}

#[test]
fn what_is_retired_stays_so() {
    let data = folder();
    assert_eq!(
        update(data.path(), &with_s3(|_| Answer::Json(S3.to_owned()))).exit,
        0
    );
    let policy = r#"{"Statement": {"Effect": "Allow", "Resource": "*",
        "Action": ["account:GetChallengeQuestions", "s3:GetObject"]}}"#;
    let policies = folder();
    let path = policies.path().join("policy.json");
    std::fs::write(&path, policy).expect("written");
    let run = iam_refine()
        .env("XDG_DATA_HOME", data.path())
        .args(["refine", "--check", "-"])
        .arg(&path)
        .run_with(r#"[{"serviceNamespace": "sqs", "actions": ["SendMessage"]}]"#);
    let retired = "retired by AWS, kept unless reported as unused: account:GetChallengeQuestions";
    assert!(run.stderr.contains(retired), "{}", run.stderr);
}

#[test]
fn a_redirect_on_the_same_host_is_followed() {
    for absolute in [true, false] {
        let to = |address: &str| format!("{}/moved.json", if absolute { address } else { "" });
        let run = update(
            folder().path(),
            &with_s3(|address| Answer::RedirectTo(to(address))),
        );
        assert_eq!(run.exit, 0, "{}", run.stderr);
    }
}

#[test]
fn when_one_file_is_not_as_it_should_be_nothing_changes() {
    let elsewhere = serve(|_| BTreeMap::from([("/s3.json", Answer::Json(S3.to_owned()))]));
    let other = format!("{elsewhere}/s3.json");
    let odd: [(&str, Answer); 9] = [
        ("404 Not Found", Answer::Status("404 Not Found")),
        ("500 ", Answer::Status("500 Internal Server Error")),
        ("cannot be fetched", Answer::CutOff),
        ("timeout", Answer::Slow),
        ("it is not on 127.0.0.1:", Answer::RedirectTo(other)),
        ("again and again", Answer::RedirectTo("/s3.json".to_owned())),
        ("s3.json:1:1", Answer::Json("<html>".to_owned())),
        ("\"Name\" and \"Actions\"", Answer::Json("{}".to_owned())),
        ("it is iam", Answer::Json(S3.replace("s3", "iam"))),
    ];
    let data = folder();
    let before = update(data.path(), &with_s3(|_| Answer::Json(S3.to_owned())));
    assert_eq!(before.exit, 0, "{}", before.stderr);
    for (said, answer) in odd {
        let run = update(data.path(), &with_s3(|_| answer));
        assert_eq!(run.exit, 2, "{said}: {}", run.stdout);
        assert!(run.stderr.contains(said), "{said} in {}", run.stderr);
        assert_eq!(
            catalogue(data.path(), &["list", "s3:GetT*"]).stdout,
            "s3:GetTomorrow\n"
        );
        let empty = data
            .path()
            .join("iam-refine")
            .read_dir()
            .expect("a folder")
            .count();
        assert_eq!(empty, 1, "nothing is left beside it");
    }
}

#[test]
fn the_index_is_checked_as_well() {
    let wrong = [
        ("not the index", "[]".to_owned()),
        ("not the index", S3.to_owned()),
        (
            "it is not on",
            r#"[{"service": "s3", "url": "http://127.0.0.1:9/s3.json"}]"#.to_owned(),
        ),
        (
            "it is not on",
            r#"[{"service": "s3", "url": "file:///etc/passwd"}]"#.to_owned(),
        ),
    ];
    for (said, text) in wrong {
        let data = folder();
        let run = update(
            data.path(),
            &serve(|_| BTreeMap::from([("/", Answer::Json(text))])),
        );
        assert_eq!(run.exit, 2, "{said}");
        assert!(run.stderr.contains(said), "{said} in {}", run.stderr);
        assert!(!data.path().join("iam-refine").exists());
    }
    let run = update(folder().path(), "nonsense");
    assert!(run.stderr.contains("is not an address"), "{}", run.stderr);
}
