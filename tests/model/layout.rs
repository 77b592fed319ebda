//! Ways to lay out a policy: none of them may matter.

use super::world::{Kind, StatementText, World};

/// How many ways there are.
pub const COUNT: usize = 5;

/// The policy of a world as a file.
pub fn text(world: &World) -> String {
    let statements: Vec<String> = (world.statements.iter().enumerate())
        .map(|(place, statement)| statement_text(place, statement, world.layout))
        .collect();
    match world.layout {
        0 => format!(
            "{{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {}\n  ]\n}}\n",
            statements.join(",\n    ")
        ),
        1 => format!(
            "{{\"Version\":\"2012-10-17\",\"Statement\":[{}]}}",
            statements.join(",")
        ),
        2 => format!(
            "\u{feff}{{\r\n\t\"Statement\": [ {} ],\r\n\t\"Id\": \"x\"\r\n}}",
            statements.join(" ,\r\n\r\n\t\t")
        ),
        3 => format!("{{ \"Statement\" : [\n{}\n] }}\n", statements.join("\n,\n")),
        _ => format!("{{\"Statement\": [{}]}}", statements.join(", ")),
    }
}

fn statement_text(place: usize, statement: &StatementText, layout: usize) -> String {
    let (effect, element) = match statement.kind {
        Kind::Allow => ("Allow", "Action"),
        Kind::AllowNotAction => ("Allow", "NotAction"),
        Kind::Deny => ("Deny", "Action"),
    };
    let actions = actions_text(statement, layout);
    let resource = format!("arn:aws:s3:::bucket-{place}/*");
    match layout {
        0 => format!(
            "{{\n      \"Sid\": \"S{place}\",\n      \"Effect\": \"{effect}\",\n      \
             \"{element}\": {actions},\n      \"Resource\": \"{resource}\"\n    }}"
        ),
        1 => format!(
            "{{\"Effect\":\"{effect}\",\"{element}\":{actions},\"Resource\":[\"{resource}\"]}}"
        ),
        2 => format!(
            "{{ \"{element}\" : {actions} ,\r\n\t\t\t\"Resource\": \"{resource}\", \"Effect\": \
             \"{effect}\" }}"
        ),
        _ => format!(
            "{{\"Effect\": \"{effect}\", \"{element}\": {actions}, \"Resource\": \"{resource}\", \
             \"Condition\": {{\"Bool\": {{\"aws:SecureTransport\": true}}}}}}"
        ),
    }
}

fn actions_text(statement: &StatementText, layout: usize) -> String {
    let entries: Vec<String> = (statement.entries.iter())
        .map(|entry| format!("\"{}\"", entry.text))
        .collect();
    match (entries.as_slice(), layout) {
        ([only], 0 | 1 | 3) => only.clone(),
        (_, 0) => format!("[\n        {}\n      ]", entries.join(",\n        ")),
        (_, 1) => format!("[{}]", entries.join(",")),
        (_, 2) => format!("[\r\n\t\t\t\t{}\r\n\t\t\t]", entries.join(",\r\n\t\t\t\t")),
        (_, 3) => format!("[ {} ]", entries.join("  ,  ")),
        _ => format!("[{}]", entries.join(", ")),
    }
}
