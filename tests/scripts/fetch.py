"""Runs `iam-refine fetch` and `refine --role` with the real `aws` command, against moto's server and,
for what that lacks, a server of our own: Access Analyzer, and last-accessed reports.

usage: python3 fetch.py PROGRAM

Tells how many seconds it took, and how many of these were `aws`. Needs: pip install 'moto[server]'
awscli boto3
"""

import fnmatch
import json
import logging
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)

ACCOUNT = "123456789012"
REGION = "eu-west-1"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/app/MyRole"
ANALYZER = f"arn:aws:access-analyzer:{REGION}:{ACCOUNT}:analyzer/unused"
JOB = "0fa3f5a1-bd92-4193-8ca4-aba12cd91370"
GENERATION = "1e952245-bcf3-48ad-a708-afa460df794b"
# A finding from before the role was made would be about another one.
RECENTLY = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))

# What the findings call unused, a page of the answer each. An older finding was resolved.
UNUSED = [("s3", ["GetBucketAcl", "GetBucketWebsite", "GetObject"]), ("lambda", ["GetPolicy"])]
FINDINGS = {
    "00000000-0000-4000-8000-000000000000": "RESOLVED",
    "11111111-0000-4000-8000-000000000000": "ACTIVE",
}
SERVICES = 250

# Runs `aws`, and writes down for how long.
SHIM = """#!{python} -SE
import json, os, subprocess, sys, time
begun = time.time()
code = subprocess.call([{aws!r}] + sys.argv[1:])
with open({log!r}, "a") as log:
    log.write(json.dumps([begun, time.time(), sys.argv[1:]]) + "\\n")
sys.exit(code)
"""


def document(*actions):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def finding(name):
    return {
        "analyzedAt": RECENTLY, "createdAt": "2024-05-23T19:20:59Z", "updatedAt": RECENTLY,
        "id": name, "resource": ROLE, "resourceType": "AWS::IAM::Role",
        "resourceOwnerAccount": ACCOUNT, "status": FINDINGS[name], "findingType": "UnusedPermission",
    }  # fmt: skip


def details(name, page):
    service, actions = UNUSED[page]
    unused = {"serviceNamespace": service, "actions": [{"action": name} for name in actions]}
    return {**finding(name), "findingDetails": [{"unusedPermissionDetails": unused}]}


def paged(token, answers):
    """The page that is asked for, and what asks for the next."""
    page = int(token or 0)
    more = {"nextToken": str(page + 1)} if page + 1 < len(answers) else {}
    return {**answers[page], **more}


def access_analyzer(method, path, query, body):
    """The answer of Access Analyzer; none where there is no such call."""
    if (method, path) == ("GET", "/analyzer"):
        unused = {
            "arn": ANALYZER, "name": "unused", "type": "ACCOUNT_UNUSED_ACCESS", "status": "ACTIVE",
            "createdAt": "2024-01-10T09:00:00Z", "configuration": {"unusedAccess": {"unusedAccessAge": 90}},
        }  # fmt: skip
        other = {**unused, "arn": ANALYZER + "-not", "name": "unused-not", "type": "ACCOUNT"}
        return {"analyzers": [other, unused]}
    if (method, path) == ("POST", "/findingv2"):
        assert body["analyzerArn"] == ANALYZER, body
        assert body["filter"]["resource"] == {"eq": [ROLE]}, body
        return paged(body.get("nextToken"), [{"findings": [finding(name)]} for name in FINDINGS])
    if method == "GET" and path.startswith("/findingv2/"):
        assert query["analyzerArn"] == [ANALYZER], query
        name = path.rsplit("/", 1)[1]
        pages = [details(name, page) for page in range(len(UNUSED))]
        return paged(query.get("nextToken", [None])[0], pages)
    if (method, path) == ("GET", "/policy/generation"):
        assert query["principalArn"] == [ROLE], query
        job = {"jobId": GENERATION, "principalArn": ROLE, "status": "SUCCEEDED", "startedOn": RECENTLY}
        return {"policyGenerations": [job]}
    if (method, path) == ("GET", f"/policy/generation/{GENERATION}"):
        seen = {"trailProperties": [], "startTime": "2026-08-01T08:00:00Z", "endTime": RECENTLY}
        properties = {"isComplete": True, "principalArn": ROLE, "cloudTrailProperties": seen}
        policy = document("s3:GetObject")
        return {
            "jobDetails": {"jobId": GENERATION, "status": "SUCCEEDED", "startedOn": RECENTLY},
            "generatedPolicyResult": {"properties": properties, "generatedPolicies": [{"policy": policy}]},
        }  # fmt: skip
    return None


def query_answer(name, result):
    return (
        f'<{name}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><{name}Result>{result}'
        f"</{name}Result><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{name}Response>"
    )


class Reports:
    """Last-accessed reports: in progress at first, then page by page."""

    def __init__(self):
        self.asked = 0

    def answer(self, form):
        action = form["Action"][0]
        if action == "GenerateServiceLastAccessedDetails":
            assert form["Arn"] == [ROLE] and form["Granularity"] == ["ACTION_LEVEL"], form
            return query_answer(action, f"<JobId>{JOB}</JobId>")
        if action != "GetServiceLastAccessedDetails":
            return None
        assert form["JobId"] == [JOB], form
        self.asked += 1
        status = "IN_PROGRESS" if self.asked == 1 else "COMPLETED"
        head = (
            f"<JobStatus>{status}</JobStatus><JobType>ACTION_LEVEL</JobType>"
            f"<JobCreationDate>{RECENTLY}</JobCreationDate>"
        )
        if self.asked == 1:
            return query_answer(action, head + "<IsTruncated>false</IsTruncated>")
        begin = int(form.get("Marker", ["0"])[0])
        end = min(begin + 100, SERVICES)
        services = "".join(self.service(number) for number in range(begin, end))
        more = f"<Marker>{end}</Marker>" if end < SERVICES else ""
        return query_answer(
            action,
            f"{head}<JobCompletionDate>{RECENTLY}</JobCompletionDate>"
            f"<IsTruncated>{str(end < SERVICES).lower()}</IsTruncated>{more}"
            f"<ServicesLastAccessed>{services}</ServicesLastAccessed>",
        )

    def service(self, number):
        name = "s3" if number == 0 else f"made-up-{number}"
        used = ""
        if number == 0:
            used = (
                f"<LastAuthenticated>{RECENTLY}</LastAuthenticated>"
                f"<LastAuthenticatedEntity>{ROLE}</LastAuthenticatedEntity>"
                "<TrackedActionsLastAccessed><member><ActionName>GetBucketWebsite</ActionName>"
                f"<LastAccessedEntity>{ROLE}</LastAccessedEntity>"
                f"<LastAccessedTime>{RECENTLY}</LastAccessedTime></member></TrackedActionsLastAccessed>"
            )
        return (
            f"<member><ServiceName>{name}</ServiceName><ServiceNamespace>{name}</ServiceNamespace>"
            f"<TotalAuthenticatedEntities>{int(number == 0)}</TotalAuthenticatedEntities>{used}</member>"
        )


def serve(moto):
    """Answers Access Analyzer and reports, and hands all else to moto. Returns where it listens."""
    reports = Reports()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            at = urllib.parse.urlsplit(self.path)
            path, query = urllib.parse.unquote(at.path), urllib.parse.parse_qs(at.query)
            is_form = "urlencoded" in (self.headers.get("Content-Type") or "")
            if is_form:
                text = reports.answer(urllib.parse.parse_qs(body.decode()))
                if text is not None:
                    return self.send(200, "text/xml", text.encode())
                return self.pass_on(body)
            told = access_analyzer(self.command, path, query, json.loads(body or b"{}"))
            if told is None:
                return self.send(404, "application/json", b"{}")
            return self.send(200, "application/json", json.dumps(told).encode())

        do_GET = do_POST = answer

        def pass_on(self, body):
            headers = {name: self.headers[name] for name in ("Content-Type", "Authorization")}
            request = urllib.request.Request(moto + self.path, body, headers)
            try:
                with urllib.request.urlopen(request) as told:
                    self.send(told.status, told.headers["Content-Type"], told.read())
            except urllib.error.HTTPError as error:
                self.send(error.code, error.headers["Content-Type"], error.read())

        def send(self, status, kind, body):
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


def build(moto):
    """The account: a role with three policies, one of which another role has too."""
    iam = boto3.client("iam", endpoint_url=moto)
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam.create_role(RoleName="MyRole", Path="/app/", AssumeRolePolicyDocument=trust)
    iam.create_role(RoleName="Other", AssumeRolePolicyDocument=trust)
    iam.put_role_policy(
        RoleName="MyRole", PolicyName="Buckets", PolicyDocument=document("s3:Get*", "s3:List*")
    )
    for name, roles in (("Own", ["MyRole"]), ("Shared", ["MyRole", "Other"])):
        made = iam.create_policy(
            PolicyName=name, PolicyDocument=document("lambda:GetPolicy", "lambda:Invoke*")
        )
        for role in roles:
            iam.attach_role_policy(RoleName=role, PolicyArn=made["Policy"]["Arn"])


def timed(program, *arguments, folder, environment, log):
    """Runs the program. Returns what it says, and tells how long it took."""
    log_begins = os.path.getsize(log) if os.path.exists(log) else 0
    begun = time.time()
    run = subprocess.run(
        [program, *arguments], cwd=folder, env=environment, capture_output=True, text=True
    )
    wall = time.time() - begun
    calls = []
    if os.path.exists(log):
        with open(log) as lines:
            lines.seek(log_begins)
            calls = [json.loads(line) for line in lines]
    # The time in which at least one call was running.
    busy, until = 0.0, 0.0
    for start, end, _ in sorted(calls):
        busy += max(0.0, end - max(start, until))
        until = max(until, end)
    each = sum(end - start for start, end, _ in calls) / max(1, len(calls))
    print(
        f"{' '.join(arguments[:1])}: exit {run.returncode}, {wall:.1f} s, of which {busy:.1f} s were"
        f" {len(calls)} calls of aws of {each:.2f} s each"
    )
    return run, [" ".join(words) for _, _, words in calls]


def expect(what, condition, run):
    if not condition:
        sys.exit(f"not so: {what}\n{run.stdout}\n{run.stderr}")


def main():
    program = os.path.abspath(sys.argv[1])
    aws = shutil.which("aws") or sys.exit("there is no aws")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID="testing",
        AWS_SECRET_ACCESS_KEY="testing",
        AWS_CONFIG_FILE="/dev/null",
        AWS_SHARED_CREDENTIALS_FILE="/dev/null",
        AWS_DEFAULT_REGION=REGION,
    )
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    moto = "http://%s:%s" % server.get_host_and_port()
    build(moto)
    with tempfile.TemporaryDirectory() as folder:
        shim, log = os.path.join(folder, "aws"), os.path.join(folder, "calls.jsonl")
        with open(shim, "w") as script:
            script.write(SHIM.format(python=os.path.realpath(sys.executable), aws=aws, log=log))
        os.chmod(shim, 0o755)
        stub = serve(moto)
        environment = {
            **os.environ,
            "AWS_ENDPOINT_URL_IAM": stub,
            "AWS_ENDPOINT_URL_ACCESSANALYZER": stub,
            "AWS_ENDPOINT_URL_STS": moto,
            "XDG_STATE_HOME": os.path.join(folder, "state"),
        }
        told = {"folder": folder, "environment": environment, "log": log}
        options = ["--role", "MyRole", "--aws", shim]

        run, calls = timed(program, "fetch", *options, "-o", "answers", **told)
        expect("it ends well", run.returncode == 0, run)
        expect("nothing is missing", "warning: " not in run.stderr, run)
        manifest = json.load(open(os.path.join(folder, "answers/manifest.json")))
        expect("all is answered", manifest["unanswered"] == [], run)
        expect("the analyzer is told", manifest["analyzer"]["arn"] == ANALYZER, run)
        for words in ("get-finding-v2", "get-generated-policy", "list-entities-for-policy"):
            expect(words, any(words in call for call in calls), run)
        pages = [call for call in calls if "get-service-last-accessed-details" in call]
        expect("the report has three pages, and was not ready once", len(pages) == 4, run)
        for name in os.listdir(os.path.join(folder, "answers")):
            mode = os.stat(os.path.join(folder, "answers", name)).st_mode
            expect(f"{name} is private", stat.S_IMODE(mode) == 0o600, run)

        run, _ = timed(program, "refine", "answers", "--diff", **told)
        fetched = run.stdout
        expect("it is refined", run.returncode in (0, 4), run)
        added = re.findall(r'^\+ +"(.*?)"', fetched, re.M)
        grants = lambda name: any(fnmatch.fnmatchcase(name, entry) for entry in added)
        expect("what is unused goes", not grants("s3:GetBucketAcl"), run)
        expect("a literal goes", re.search(r'^-.*"lambda:GetPolicy"', fetched, re.M), run)
        expect("what the report says was used stays", grants("s3:GetBucketWebsite"), run)
        expect("what CloudTrail saw stays", grants("s3:GetObject"), run)
        expect("who else has a policy is told", "shared with role Other" in run.stderr, run)

        run, calls = timed(program, "refine", *options, "--diff", **told)
        names = re.compile(r"^(---|\+\+\+) .*$", re.M)
        same = names.sub("", run.stdout) == names.sub("", fetched)
        expect("refine --role says what fetch and refine say", same, run)
        run, calls = timed(program, "refine", *options, "--diff", **told)
        expect("within the hour only who one is is asked", len(calls) == 2, run)
    server.stop()
    print("all as expected")


if __name__ == "__main__":
    main()
