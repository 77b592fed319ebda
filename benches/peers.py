"""The same work done by others, to time beside `iam-refine batch`, each as a whole process.

    iam-refine catalogue list '*' | python3 benches/peers.py lines > services.jsonl
    time iam-refine batch          < services.jsonl > /dev/null
    time python3 benches/peers.py trie          < services.jsonl > /dev/null
    time python3 benches/peers.py policy_sentry < services.jsonl > /dev/null   # pip install policy_sentry

A line is a policy that allows all of one service, of which three actions in ten are unused. The
trie writes shortest safe prefixes as plainly as Python allows; policy_sentry minimizes the list of
what stays. Neither proves anything, or writes a policy back in its own layout.
"""

import json
import re
import sys
import zlib


def lines(actions):
    """A line for each service of `actions`, given as service:Name."""
    services = {}
    for action in actions:
        service, name = action.split()[0].split(":")
        services.setdefault(service, []).append(name)
    for service, names in services.items():
        unused = [name for name in names if zlib.crc32(name.encode()) % 10 < 3]
        if unused:
            statement = {"Effect": "Allow", "Action": f"{service}:*", "Resource": "*"}
            yield {
                "id": service,
                "names": names,
                "policy": {"Version": "2012-10-17", "Statement": [statement]},
                "findings": [{"serviceNamespace": service, "actions": unused}],
            }


def trie(service, names, unused):
    """Shortest safe prefixes, cut before capital letters."""
    root = {}
    for name in names:
        node = root
        for word in re.findall("[A-Z]*[^A-Z]*", name):
            if word:
                node = node.setdefault(word, {})
        node[None] = name
    folded = [name.lower() for name in unused]

    def names_under(node):
        for word, child in node.items():
            if word is None:
                yield child
            else:
                yield from names_under(child)

    def visit(prefix, node):
        start = prefix.lower()
        if not any(name.startswith(start) for name in folded):
            under = list(names_under(node))
            yield f"{service}:{under[0] if len(under) == 1 else prefix + '*'}"
            return
        for word, child in node.items():
            if word is not None:
                yield from visit(prefix + word, child)
            elif child.lower() not in folded:
                yield f"{service}:{child}"

    return list(visit("", root))


def policy_sentry(service, names, unused):
    """What policy_sentry makes of the actions that stay."""
    from policy_sentry.writing.minimize import minimize_statement_actions

    gone = set(unused)
    every = {f"{service}:{name}".lower() for name in names}
    stays = [f"{service}:{name}" for name in names if name not in gone]
    return minimize_statement_actions(stays, every)


def main():
    what = {"trie": trie, "policy_sentry": policy_sentry}.get(sys.argv[1])
    if what is None:
        for line in lines(sys.stdin):
            print(json.dumps(line))
        return
    for text in sys.stdin:
        line = json.loads(text)
        unused = line["findings"][0]["actions"]
        print(json.dumps(what(line["id"], line["names"], unused)))


main()
