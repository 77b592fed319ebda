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
