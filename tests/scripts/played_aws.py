"""AWS, played: moto's server and the real `aws` command, both in this process.

A small program called `aws` hands its arguments to this process, which runs them. After every call
that changes something a judge looks at what every principal is allowed. A call can be made to fail,
or the script that makes it to be killed.

The server has no Access Analyzer and no last-accessed reports: these are answered here, the reports with
what `--query` makes of them.
"""

import argparse
import copy
import fnmatch
import io
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading

os.environ.update(
    MOTO_IAM_LOAD_MANAGED_POLICIES="true",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_CONFIG_FILE="/dev/null",
    AWS_SHARED_CREDENTIALS_FILE="/dev/null",
)

import awscli.clidriver  # noqa: E402
import jmespath  # noqa: E402
from awscli.formatter import get_formatter  # noqa: E402
from moto.backends import get_backend  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402

logging.getLogger("werkzeug").setLevel(logging.ERROR)

ACCOUNT = "123456789012"

# What entries of policies are expanded to.
ACTIONS = [
    "s3:GetObject", "s3:GetBucketAcl", "s3:PutObject", "s3:PutBucketAcl", "s3:ListBucket",
    "s3:DeleteBucket", "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteQueue",
    "sns:Publish", "iam:PassRole",
]  # fmt: skip

READS = ("get-", "list-", "validate-", "check-", "generate-")

SHIM = """#!{python} -SE
import json, os, socket, sys
at = socket.socket(socket.AF_UNIX)
at.connect({socket!r})
asked = {{"argv": sys.argv[1:], "cwd": os.getcwd(), "group": os.getpgrp()}}
at.sendall(json.dumps(asked).encode() + b"\\n")
told = json.loads(at.makefile("rb").readline())
sys.stdout.write(told["out"])
sys.stderr.write(told["err"])
sys.exit(told["exit"])
"""


class Violation(Exception):
    """Somebody is allowed more than they may be, or less than they need."""


def listed(value):
    return value if isinstance(value, list) else [value]


def allows(document):
    """The actions and resources that a policy allows."""
    document = json.loads(document) if isinstance(document, str) else document
    allowed = set()
    for statement in listed(document["Statement"]):
        for pattern in listed(statement["Action"]):
            for action in ACTIONS:
                if fnmatch.fnmatchcase(action.lower(), pattern.lower()):
                    allowed |= {(action, resource) for resource in listed(statement["Resource"])}
    return frozenset(allowed)


def remembered(create_client):
    """The same client for the same service: most of a call's time goes into making one."""
    clients = {}

    def create(service, *args, **named):
        if service not in clients:
            clients[service] = create_client(service, *args, **named)
        return clients[service]

    return create


class Aws:
    def __init__(self):
        self.folder = tempfile.mkdtemp()
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        os.environ["AWS_ENDPOINT_URL"] = "http://%s:%s" % server.get_host_and_port()
        self.iam = get_backend("iam")[ACCOUNT]["aws"]
        self.driver = awscli.clidriver.create_clidriver()
        self.driver.session.create_client = remembered(self.driver.session.create_client)
        self.calls = threading.Lock()
        # Standard output is one for all threads; a thread of the server prints nothing.
        self.began = None
        self.known = {}
        self.reset()
        self.listen()

    def reset(self):
        self.iam.reset()
        self.verdict = "PASS"
        self.used, self.late = {}, 0
        self.watch(None)

    HELD = ("roles", "users", "groups", "managed_policies")

    def keep(self):
        """What is there, to be restored."""
        with self.calls:
            of_aws = {id(own): own for own in self.iam.aws_managed_policies}
            held = {name: getattr(self.iam, name) for name in self.HELD}
            return copy.deepcopy(held, dict(of_aws))

    def restore(self, kept):
        """Brings back what was there, but what AWS changed of its own policies."""
        with self.calls:
            of_aws = {id(own): own for own in self.iam.aws_managed_policies}
            for name, held in copy.deepcopy(kept, dict(of_aws)).items():
                setattr(self.iam, name, held)
            for own in of_aws.values():
                own.attachment_count = 0
            for these in (self.iam.roles, self.iam.users, self.iam.groups):
                for principal in these.values():
                    for own in principal.managed_policies.values():
                        if id(own) in of_aws:
                            own.attachment_count += 1
        self.verdict = "PASS"
        self.used, self.late = {}, 0
        self.watch(None)

    def watch(self, limit, fault=None, at=None, floor=None):
        """Judges every change from now on by `limit`: what each principal may be allowed at most;
        and by `floor`, what each has to be allowed.

        `fault` happens to the change of number `at`, counted from 0."""
        self.limit, self.fault, self.fault_at = limit, fault, at
        self.floor = floor or {}
        self.changes, self.violations, self.asked = [], [], []

    # What is allowed.

    def document(self, policy):
        """What a managed policy allows."""
        version = next(v for v in policy.versions if v.is_default)
        key = (policy.arn, version.version_id, str(version.document))
        if key not in self.known:
            self.known[key] = allows(version.document)
        return self.known[key]

    def own(self, principal):
        allowed = frozenset().union(*(self.document(p) for p in principal.managed_policies.values()))
        return allowed.union(*(allows(text) for text in principal.policies.values()))

    def allowed(self):
        """What every role, user and group is allowed; users by their groups too."""
        now = {f"role {role.name}": self.own(role) for role in self.iam.roles.values()}
        for user in self.iam.users.values():
            now[f"user {user.name}"] = self.own(user)
        for group in self.iam.groups.values():
            now[f"group {group.name}"] = self.own(group)
            for user in group.users:
                now[f"user {user.name}"] |= now[f"group {group.name}"]
        return now

    def judge(self, change):
        if self.limit is None:
            return
        for principal, allowed in self.allowed().items():
            more = allowed - self.limit.get(principal, frozenset())
            if more:
                names = ", ".join(sorted(action for action, _ in more))
                self.violations.append(f"{principal} is given {names} by: {change}")
            less = self.floor.get(principal, frozenset()) - allowed
            if less:
                names = ", ".join(sorted(action for action, _ in less))
                self.violations.append(f"{principal} lacks {names} after: {change}")

    # The command.

    def aws(self, *argv, cwd=None):
        """Runs the real command. Returns its exit code and what it prints."""
        with self.calls:
            before = os.getcwd(), sys.stdout, sys.stderr
            sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
            sys.stderr = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
            try:
                os.chdir(cwd or self.folder)
                try:
                    code = self.driver.main(list(argv))
                except SystemExit as end:
                    code = end.code
                for told in (sys.stdout, sys.stderr):
                    told.flush()
                out, err = (told.buffer.getvalue().decode() for told in (sys.stdout, sys.stderr))
            finally:
                os.chdir(before[0])
                sys.stdout, sys.stderr = before[1:]
        return code, out, err

    def do(self, *argv):
        """Changes the world, not through a script."""
        code, out, err = self.aws(*argv)
        assert code == 0, (argv, err)
        return out

    def answer(self, asked):
        argv, group = asked["argv"], asked["group"]
        self.asked.append(argv)
        assert "--output" in argv or argv[1] == "--output", argv
        if argv[:2] == ["accessanalyzer", "validate-policy"]:
            return 0, "0\n", ""
        if argv[:2] == ["accessanalyzer", "check-no-new-access"]:
            return 0, f"{self.verdict}\n", ""
        if argv[1].startswith(READS):
            if self.fault == "interrupt" and self.fault_at == f"read {len(self.asked) - 1}":
                os.killpg(group, signal.SIGINT)
        if argv[1] == "generate-service-last-accessed-details":
            return 0, f"{argv[argv.index('--arn') + 1]}\n", ""
        if argv[1] == "get-service-last-accessed-details":
            asked = {argv[at]: argv[at + 1] for at in range(2, len(argv) - 1)}
            return 0, self.report(asked["--job-id"], asked["--query"], asked.get("--marker")), ""
        if argv[1].startswith(READS):
            return self.aws(*argv, cwd=asked["cwd"])
        now = len(self.changes)
        self.changes.append(" ".join(argv[1:]))
        fault = self.fault if now == self.fault_at else None
        if fault == "kill before":
            os.killpg(group, signal.SIGKILL)
            return 1, "", ""
        if fault == "refuse":
            return 254, "", "An error occurred (AccessDenied) when calling it\n"
        if fault == "interrupt":
            os.killpg(group, signal.SIGINT)
        if self.has_no_room(argv):
            return 254, "", "An error occurred (LimitExceeded) when calling it\n"
        told = self.aws(*argv, cwd=asked["cwd"])
        self.judge(self.changes[-1])
        if fault == "kill after":
            os.killpg(group, signal.SIGKILL)
        if fault == "lose answer":
            return 255, "", "Connection was closed before we received a valid response\n"
        return told

    def report(self, arn, query, marker):
        """What a principal used: `self.used` has it by its ARN, as services with the times of their
        actions. The job is called as the principal."""
        if self.late:
            self.late -= 1
            answer = {"JobStatus": "IN_PROGRESS", "IsTruncated": False, "ServicesLastAccessed": []}
            return self.text(query, answer)
        services = [{"ServiceNamespace": "ec2", "TotalAuthenticatedEntities": 0}]
        for service, actions in self.used.get(arn, {}).items():
            tracked = [{"ActionName": name, "LastAccessedTime": at} for name, at in actions.items()]
            tracked += [{"ActionName": "NeverUsed"}]
            last = {"ServiceNamespace": service, "LastAuthenticated": max(actions.values())}
            services.append(last | ({"TrackedActionsLastAccessed": tracked} if "" not in actions else {}))
        # A page is one service long.
        at = int(marker or 0)
        answer = {"JobStatus": "COMPLETED", "IsTruncated": False, "ServicesLastAccessed": services[at : at + 1]}
        if at + 1 < len(services):
            answer |= {"IsTruncated": True, "Marker": f"{at + 1}"}
        return self.text(query, answer)

    def text(self, query, answer):
        """As `--output text` prints it."""
        printed = io.StringIO()
        asked = argparse.Namespace(query=jmespath.compile(query), color="off")
        get_formatter("text", asked)("get-service-last-accessed-details", answer, printed)
        return printed.getvalue()

    def has_no_room(self, argv):
        """Whether ten policies are attached already, which the server does not mind."""
        if not argv[1].startswith("attach-"):
            return False
        name = argv[2].partition("=")[2]
        held = (self.iam.roles, self.iam.users, self.iam.groups)
        principals = (own for these in held for own in these.values())
        return any(own.name == name and len(own.managed_policies) >= 10 for own in principals)

    def listen(self):
        bin_folder = os.path.join(self.folder, "bin")
        at = os.path.join(self.folder, "socket")
        os.mkdir(bin_folder)
        with open(os.path.join(bin_folder, "aws"), "w") as shim:
            shim.write(SHIM.format(python=os.path.realpath(sys.executable), socket=at))
        # The scripts wait between two looks; here there is nothing to wait for.
        # Nor does a power cut come.
        for name in ("sleep", "sync"):
            with open(os.path.join(bin_folder, name), "w") as nothing:
                nothing.write("#!/bin/sh\n")
        for name in ("aws", "sleep", "sync"):
            os.chmod(os.path.join(bin_folder, name), 0o755)
        os.environ["PATH"] = bin_folder + os.pathsep + os.environ["PATH"]
        server = socket.socket(socket.AF_UNIX)
        server.bind(at)
        server.listen()

        def serve(connection):
            with connection, connection.makefile("rb") as lines:
                try:
                    code, out, err = self.answer(json.loads(lines.readline()))
                except Exception as error:  # a fault of the test, not of the script
                    self.violations.append(f"the test broke: {error!r}")
                    code, out, err = 99, "", repr(error)
                try:
                    connection.sendall(
                        json.dumps({"exit": code, "out": out, "err": err}).encode() + b"\n"
                    )
                except OSError:
                    pass  # it was killed

        def accept():
            while True:
                connection, _ = server.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()

    def script(self, path, *options, shell="sh", cwd=None, **env):
        """Runs a script in a process group of its own. Returns its exit code and what it says."""
        run = subprocess.run(
            [shell, path, *options],
            cwd=cwd,
            env={**os.environ, **env},
            capture_output=True,
            text=True,
            start_new_session=True,
        )
        with self.calls:
            pass  # what a killed script had begun has ended
        return run.returncode, run.stdout + run.stderr

    def end(self):
        shutil.rmtree(self.folder, ignore_errors=True)
