//! Reading sources, by the byte: a file of Terraform beside its parser alone, a template beside its
//! parser alone, and a state beside a reader of JSON that keeps nothing.

use std::fmt::Write as _;

use criterion::{Criterion, Throughput, criterion_group};
use iam_refine::cloudformation::Template;
use iam_refine::sources::read_state;
use iam_refine::terraform::{ConfigurationFile, read_blocks};
use iam_refine::text::{Source, Untrusted};

criterion_group!(benches, terraform, templates, states);

fn terraform(criterion: &mut Criterion) {
    let mut text = String::new();
    for number in 0..1_000 {
        let _ = write!(
            text,
            "resource \"aws_iam_role\" \"r{number}\" {{\n  name               = \"app-{number}\"\n  \
             assume_role_policy = data.aws_iam_policy_document.trust.json\n  tags = {{\n    Team = \
             var.team\n  }}\n}}\n\ndata \"aws_iam_policy_document\" \"d{number}\" {{\n  # What the app \
             does.\n  statement {{\n    sid       = \"Read\"\n    actions   = [\"s3:Get*\", \
             \"s3:ListBucket\"] # both\n    resources = [\"arn:aws:s3:::${{var.bucket}}/*\"]\n  }}\n}}\n\n"
        );
    }
    let source = Source::from_text("main.tf", &text);
    let mut group = criterion.benchmark_group("terraform");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("blocks alone", |bencher| {
        bencher.iter(|| read_blocks(&source));
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| ConfigurationFile::read(&source));
    });
    group.finish();
}

fn templates(criterion: &mut Criterion) {
    let mut text = String::from("Resources:\n");
    for number in 0..500 {
        let _ = write!(
            text,
            "  Role{number}:\n    Type: AWS::IAM::Role\n    Properties:\n      RoleName: \
             app-{number}\n      Policies:\n        - PolicyName: inline\n          PolicyDocument:\n            \
             Version: '2012-10-17'\n            Statement:\n              - Effect: Allow\n                \
             Action:\n                  - s3:Get* # why\n                  - s3:ListBucket\n                \
             Resource: !Sub 'arn:aws:s3:::${{Bucket}}/*'\n"
        );
    }
    let source = Source::from_text("template.yaml", &text);
    let mut group = criterion.benchmark_group("template");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("events alone", |bencher| {
        bencher.iter(|| granit_parser::Parser::new_from_str(&text).count());
    });
    group.bench_function("read", |bencher| bencher.iter(|| Template::read(&source)));
    group.finish();
}

fn states(criterion: &mut Criterion) {
    let other = r#"{"address": "aws_instance.x", "mode": "managed", "type": "aws_instance", "name": "x",
        "values": {"ami": "ami-0123456789abcdef0", "tags": {"Name": "x"}, "ports": [22, 80, 443]}}"#;
    let role = r#"{"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r",
        "values": {"name": "r", "arn": "arn:aws:iam::123456789012:role/r"}}"#;
    let mut resources = vec![other; 20_000];
    resources[10_000] = role;
    let text = format!(
        r#"{{"format_version": "1.0", "values": {{"root_module": {{"resources": [{}]}}}}}}"#,
        resources.join(",")
    );
    let name = Untrusted::from("state.json");
    let mut group = criterion.benchmark_group("state");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("JSON alone", |bencher| {
        bencher
            .iter(|| serde_json::from_reader::<_, serde::de::IgnoredAny>(text.as_bytes()).is_ok());
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| read_state(&name, text.as_bytes()).is_ok());
    });
    group.finish();
}
