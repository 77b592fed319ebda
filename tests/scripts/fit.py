#!/usr/bin/env python3
"""Refines AWS's own managed policies with findings drawn at random, and sees that AWS takes them.

    cargo build --release && python3 tests/scripts/fit.py [--granularity character] [SEED]

Of each policy 30 % of what it grants is drawn as unused. Every policy that is within 6,144 characters
and is taken over them by refining has to come out within them: by `--if-too-long keep`, or else by
split. What the program says is not believed: sizes are counted here, and what a policy grants is
matched here against the catalogue. Needs Python's moto, which has the policies.
"""

import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

from moto.iam.aws_managed_policies import aws_managed_policies_data

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("IAM_REFINE", ROOT / "target" / "release" / "iam-refine"))
QUOTA = 6144
LEVELS = {"P": "Permissions management", "W": "Write", "T": "Tagging", "R": "Read", "L": "List"}


def catalogue():
    """The names of each service with their levels, as letters."""
    services, service = {}, None
    for line in (ROOT / "assets" / "catalogue.txt").read_text().splitlines():
        if line.startswith((" W", " R", " L", " T", " P", " ?")):
            level, name = line.split()[:2]
            service[name] = level[0]
        elif line and line[0] != "#" and line[0] != " " and len(line.split()) == 1:
            service = services.setdefault(line, {})
    return services


SERVICES = catalogue()
SENSITIVE = {
    line.split()[0].lower()
    for line in (ROOT / "assets" / "sensitive-actions.txt").read_text().splitlines()
    if not line.startswith("#")
}


def as_list(value):
    return value if isinstance(value, list) else [value]


def granted(pattern):
    """The known actions that a pattern grants."""
    service, _, name = pattern.partition(":")
    if pattern == "*":
        return {(s, n) for s, names in SERVICES.items() for n in names}
    glob = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in name)
    matches = re.compile(glob, re.IGNORECASE).fullmatch
    service = service.lower()
    return {(service, n) for n in SERVICES.get(service, {}) if matches(n)}


def statements(policy):
    return as_list(policy["Statement"])


def allowed(policy):
    """What the Allow statements with Action grant."""
    entries = [
        entry
        for statement in statements(policy)
        if statement["Effect"] == "Allow" and "Action" in statement
        for entry in as_list(statement["Action"])
    ]
    return set().union(*[granted(entry) for entry in entries])


def size(policy):
    """The characters that AWS counts of a document as it was printed."""
    return len(re.sub(r"\s", "", policy))


def run(lines, *options):
    text = "".join(json.dumps(line) + "\n" for line in lines)
    done = subprocess.run(
        [PROGRAM, "batch", *options], input=text, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    answers = done.stdout.splitlines()
    assert len(answers) == len(lines), done.stderr
    return answers


def raw_policies(answer):
    """The texts of the policies of an answer, as they stand in it."""
    parsed = json.loads(answer)
    if "policies" in parsed:
        return [json.dumps(p, separators=(",", ":"), ensure_ascii=False) for p in parsed["policies"]]
    return [json.dumps(parsed["policy"], separators=(",", ":"), ensure_ascii=False)]


def main():
    options = [argument for argument in sys.argv[1:] if not argument.isdigit()]
    seeds = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    draw = random.Random(seeds[0] if seeds else 30)
    lines, unused_of = [], {}
    for name, version in sorted(json.loads(aws_managed_policies_data).items()):
        policy = version["Document"]
        grants = sorted(allowed(policy))
        unused = [action for action in grants if draw.random() < 0.3]
        if not unused or size(json.dumps(policy, separators=(",", ":"))) > QUOTA:
            continue
        by_service = {}
        for service, action in unused:
            by_service.setdefault(service, []).append(action)
        findings = [{"serviceNamespace": s, "actions": names} for s, names in by_service.items()]
        lines.append({"id": name, "policy": policy, "findings": findings, "quota": "managed"})
        unused_of[name] = set(unused)
    plain = run(lines, *options)
    long = [
        (line, size(raw_policies(answer)[0]))
        for line, answer in zip(lines, plain)
        if "error" not in json.loads(answer)
        and json.loads(answer)["policy"] is not None
        and size(raw_policies(answer)[0]) > QUOTA
    ]
    kept = run([{**line, "if_too_long": "keep"} for line, _ in long], *options)
    print(f"{len(lines)} policies, {len(long)} of them within {QUOTA:,} and over it when refined")
    print(f"{'':48} {'before':>6} {'refined':>7} {'kept':>6} {'gone':>5} {'of':>5}  stay")
    all_gone = all_unused = by_keep = by_split = neither = 0
    for (line, refined), answer in zip(long, kept):
        name, policy = line["id"], line["policy"]
        before = size(json.dumps(policy, separators=(",", ":")))
        told = json.loads(answer)
        if "error" in told:
            [answer] = run([{**line, "if_too_long": "split"}], *options)
            told = json.loads(answer)
            if "error" in told:
                neither += 1
                print(f"{name:48} {before:6} {refined:7} {told['error'].splitlines()[0]}")
                continue
            sizes = [size(piece) for piece in raw_policies(answer)]
            check(name, line, [json.loads(p) for p in raw_policies(answer)], unused_of[name], set())
            assert max(sizes) <= QUOTA, name
            by_split += 1
            print(f"{name:48} {before:6} {refined:7} split: {' + '.join(map(str, sizes))}")
            continue
        [text] = raw_policies(answer)
        assert size(text) <= QUOTA, name
        unused = unused_of[name]
        stay = unused & allowed(told["policy"])
        named = {tuple(action.split(":")) for action in told["proof"]["left_whole"]}
        assert stay == named, (name, "tells", stay ^ named)
        check(name, line, [told["policy"]], unused, stay)
        levels = [SERVICES[s][n] for s, n in stay]
        words = ", ".join(f"{levels.count(c)} {LEVELS[c]}" for c in "WTRL" if c in levels)
        gone = len(unused) - len(stay)
        all_gone, all_unused, by_keep = all_gone + gone, all_unused + len(unused), by_keep + 1
        print(f"{name:48} {before:6} {refined:7} {size(text):6} {gone:5} {len(unused):5}  {words}")
    print(
        f"{by_keep} by keep: {all_gone:,} of {all_unused:,} unused gone "
        f"({100 * all_gone / max(1, all_unused):.1f} %); {by_split} by split; "
        f"{neither} by neither"
    )


def check(name, line, policies, unused, may_stay):
    """What has to hold, whatever the program says of it."""
    before = allowed(line["policy"])
    after = set().union(*[allowed(policy) for policy in policies])
    assert after <= before, (name, "adds", after - before)
    assert before - unused <= after, (name, "loses", before - unused - after)
    assert unused & after <= may_stay, (name, "leaves", unused & after - may_stay)
    for service, action in may_stay:
        level = SERVICES[service][action]
        assert level in "WTRL", (name, "leaves", service, action, level)
        assert f"{service}:{action}".lower() not in SENSITIVE, (name, "leaves", service, action)
        words = "accesskey|apikey|credential|keypair|password|presigned|secret|token"
        assert not re.search(words, action, re.IGNORECASE), (name, "leaves", service, action)


if __name__ == "__main__":
    main()
