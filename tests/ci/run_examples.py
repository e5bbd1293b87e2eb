"""Runs the examples of ci/ as their services would: every step, in order, in copies of the repository.

python run_examples.py ESCALADE

Each service sees the same story: the main branch is run, and keeps its results; a change that alters nothing is run against them; then one
that shifts a share beyond noise and past what is claimed; then one that adds a file that is wrong. What a service does by itself (checking out, caches, artefacts of other runs,
uploads) is stood in for: its inputs must be there, and its outputs are put in place. `cargo` is stood in for too, since the program is
built already. Whatever a file says that is not understood here is an error, so that the examples cannot grow past this check.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIO = """format = 1
about = { title = "Shift", question = "How often war?", sources = ["invented"] }
clock = { step = "1 day", horizon = "8 days" }
[parameters]
p = 0.5
[[events]]
id     = "war"
chance = "p / 8"
[[outcomes]]
id    = "war"
label = "Open war"
when  = "ever(war)"
ends  = true
[[outcomes]]
id        = "peace"
otherwise = true
[[expect]]
that    = "P(war) < 0.5"
because = "so it was"
[[expect]]
that    = "P(war) falls under calm"
[variants.calm]
label = "Calm"
set   = { "parameters.p" = 0.1 }
"""
BROKEN = SCENARIO.replace("ever(war)", "ever(wart)")


class Failed(Exception):
    """A step did not do what its service would have asked of it."""


def expect(condition, text):
    if not condition:
        raise Failed(text)


class Copy:
    """A checkout in which a pipeline runs."""

    def __init__(self, folder, escalade, change, broken=False):
        self.path = folder
        listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard", "ci", "Cargo.toml"], cwd=ROOT, capture_output=True, check=True)
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        scenarios = folder / "scenarios"
        scenarios.mkdir()
        (scenarios / "shift.toml").write_text(SCENARIO.replace("p = 0.5", "p = 0.8") if change else SCENARIO)
        if broken:
            (scenarios / "broken.toml").write_text(BROKEN)
        shutil.copy2(ROOT / "scenarios/abstract/gamblers-ruin.toml", scenarios)
        tools = folder.parent / f"{folder.name}-tools"
        tools.mkdir()
        # The program under test, where a build would leave it and where an installation would.
        (folder / "target/release").mkdir(parents=True)
        for place in [folder / "target/release/escalade", tools / "escalade"]:
            place.symlink_to(escalade)
        (tools / "cargo").write_text("#!/bin/sh\necho \"stood in for: cargo $*\"\n")
        (tools / "cargo").chmod(0o755)
        # Nothing of whatever runs this check is taken for what a service would say.
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("GITHUB_", "CI", "GITLAB_", "JENKINS_", "ESCALADE", "TRIALS"))}
        self.env = kept | {"PATH": f"{tools}:{os.environ['PATH']}", "TRIALS": "500"}

    def run(self, shell, script, env=None):
        """Runs a script; gives its exit code and what it said."""
        file = self.path.parent / f"{self.path.name}.sh"
        file.write_text(script + "\n")
        done = subprocess.run([*shell, str(file)], cwd=self.path, env=self.env | (env or {}), capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def has(self, *paths):
        for path in paths:
            expect(any(self.path.glob(path)), f"`{path}` is not there")


class Story:
    """What a pipeline came to."""

    def __init__(self):
        self.log, self.failed, self.published = "", False, []


# --- GitHub ---------------------------------------------------------------------------------------------------------------------------

class Expression:
    """The part of GitHub's expressions that the examples use."""

    def __init__(self, copy, context, ok):
        self.copy, self.context, self.ok = copy, context, ok

    def value(self, text):
        text = text.strip()
        for sign, join in [(" || ", any), (" && ", all)]:
            if sign in text:
                return join([self.value(part) for part in text.split(sign)])
        for sign in ["==", "!="]:
            if sign in text:
                left, right = (self.value(part) for part in text.split(sign))
                return (left == right) == (sign == "==")
        if text == "always()":
            return True
        if call := re.fullmatch(r"hashFiles\('([^']*)'\)", text):
            return "1" if any(self.copy.path.glob(call[1])) else ""
        if quoted := re.fullmatch(r"'([^']*)'", text):
            return quoted[1]
        if text in ("true", "false"):
            return text == "true"
        if re.fullmatch(r"(github|inputs|env)\.[\w.]+", text):
            return self.context.get(text, "")
        raise Failed(f"an expression that this check does not know: {text}")

    def fill(self, text):
        return re.sub(r"\$\{\{(.*?)\}\}", lambda found: str(self.value(found[1])), str(text))

    def wanted(self, step):
        condition = str(step.get("if", ""))
        # Without a word about failures a step waits for success.
        if "always()" not in condition and not self.ok:
            return False
        return bool(self.value(condition)) if condition else True


KNOWN = {"name", "uses", "with", "run", "shell", "if", "env"}


def github_steps(copy, steps, context, story, cache):
    for step in steps:
        expect(set(step) <= KNOWN, f"a step has keys that this check does not know: {sorted(set(step) - KNOWN)}")
        see = Expression(copy, context, not story.failed)
        if not see.wanted(step):
            continue
        given = {name: see.fill(value) for name, value in step.get("with", {}).items()}
        if "run" in step:
            env = {name: see.fill(value) for name, value in step.get("env", {}).items()}
            code, said = copy.run(["bash", "--noprofile", "--norc", "-eo", "pipefail"], see.fill(step["run"]), env)
            story.log += said
            story.failed |= code != 0
        elif step["uses"].startswith("./"):
            action = copy.path / step["uses"]
            found = yaml.safe_load((action / "action.yml").read_text())
            inputs = {f"inputs.{name}": str(about.get("default", "")) for name, about in found["inputs"].items()}
            expect({f"inputs.{name}" for name in given} <= set(inputs), f"the action has no such input: {given}")
            inputs |= {f"inputs.{name}": value for name, value in given.items()} | {"github.action_path": str(action)}
            expect(found["runs"]["using"] == "composite", "an action that is not composite")
            github_steps(copy, found["runs"]["steps"], context | inputs, story, cache)
        else:
            github_stand_in(step["uses"].split("@")[0], given, copy, story, cache)


def github_stand_in(name, given, copy, story, cache):
    """What an action of others does, as far as it concerns the examples."""
    if name == "actions/checkout":
        return
    if name == "actions/cache/restore":
        if (cache / "saved").is_dir():
            shutil.copytree(cache / "saved", copy.path / given["path"])
    elif name == "actions/cache/save":
        copy.has(given["path"])
        shutil.rmtree(cache / "saved", ignore_errors=True)
        shutil.copytree(copy.path / given["path"], cache / "saved")
    elif name == "github/codeql-action/upload-sarif":
        copy.has(given["sarif_file"])
        story.published.append("alerts")
    elif name in ("actions/upload-artifact", "actions/upload-pages-artifact"):
        copy.has(*given["path"].split())
        story.published.append("site" if "pages" in name else "artefacts")
    elif name == "actions/deploy-pages":
        expect("site" in story.published, "there is no site to deploy")
        story.published.append("deployed")
    else:
        raise Failed(f"an action that this check does not know: {name}")


def github(copy, main, shared):
    workflow = yaml.safe_load((copy.path / "ci/github/workflow.yml").read_text())
    events = workflow.get("on", workflow.get(True))
    expect(events["push"]["branches"] == ["main"] and "pull_request" in events, "other events than those of the story")
    story, summary = Story(), copy.path.parent / f"{copy.path.name}-summary.md"
    copy.env |= {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    context = {"github.ref": "refs/heads/main" if main else "refs/pull/1/merge", "github.sha": "0"}
    for job in workflow["jobs"].values():
        see = Expression(copy, context, not story.failed)
        if see.wanted(job):
            github_steps(copy, job["steps"], context, story, shared)
    expect(summary.is_file() and "Claims" in summary.read_text(), "the job has no summary")
    return story


# --- GitLab ---------------------------------------------------------------------------------------------------------------------------

GITLAB = {"stage", "image", "rules", "cache", "variables", "script", "allow_failure", "artifacts", "needs"}


def gitlab_rule(job, variables):
    """The variables of the first rule that holds; none where none does."""
    for rule in job["rules"]:
        left, right = re.fullmatch(r"\$(\w+) == (.+)", rule["if"]).groups()
        right = variables.get(right[1:], "") if right.startswith("$") else right.strip('"')
        if variables.get(left, "") == right:
            return rule.get("variables", {})
    return None


def gitlab(copy, main, shared):
    story, site = Story(), yaml.safe_load((copy.path / "ci/gitlab-ci.yml").read_text())
    variables = {"CI": "true", "GITLAB_CI": "true", "CI_DEFAULT_BRANCH": "main"}
    variables |= {"CI_COMMIT_BRANCH": "main", "CI_PIPELINE_SOURCE": "push"} if main else {"CI_PIPELINE_SOURCE": "merge_request_event"}
    for name, job in sorted(site.items(), key=lambda item: ["test", "deploy"].index(item[1]["stage"])):
        expect(set(job) <= GITLAB, f"the job `{name}` has keys that this check does not know: {sorted(set(job) - GITLAB)}")
        more = gitlab_rule(job, variables)
        if more is None or story.failed:
            continue
        env = variables | job.get("variables", {}) | more
        cache = job.get("cache")
        policy = cache and env.get(cache["policy"].lstrip("$"), cache["policy"])
        if cache and "pull" in policy and (shared / "saved").is_dir():
            shutil.copytree(shared / "saved", copy.path / cache["paths"][0])
        # Lines share a shell, which stops at the first that fails.
        code, said = copy.run(["bash", "-eo", "pipefail"], "\n".join(job["script"]), env)
        story.log += said
        story.failed = code != 0 and code != job.get("allow_failure", {}).get("exit_codes")
        if cache and "push" in policy:
            copy.has(cache["paths"][0])
            shutil.rmtree(shared / "saved", ignore_errors=True)
            shutil.copytree(copy.path / cache["paths"][0], shared / "saved")
        copy.has(*(path.rstrip("/") for path in job["artifacts"]["paths"]))
        if "reports" in job["artifacts"]:
            copy.has(job["artifacts"]["reports"]["junit"])
        story.published.append("site" if job["artifacts"]["paths"] == ["public"] else "artefacts")
    return story


# --- Jenkins --------------------------------------------------------------------------------------------------------------------------

def jenkins(copy, main, shared):
    text = re.sub(r"^\s*//.*$", "", (copy.path / "ci/Jenkinsfile").read_text(), flags=re.M)
    story = Story()
    copy.env |= dict(re.findall(r"^\s*(\w+) = '([^']*)'$", text, flags=re.M)) | {"JENKINS_URL": "http://localhost/"}
    body, post = text.split("post {")
    steps = re.findall(r"sh '((?:[^'\\]|\\.)*)'|copyArtifacts\((.*?)\)\s*$", body, flags=re.M | re.S)
    expect(len(steps) == len(re.findall(r"\bsh\b|copyArtifacts\(", body)), "a step that this check does not know")
    for script, artefacts in steps:
        if artefacts:
            target = re.search(r"target: '([^']*)'", artefacts)[1]
            expect("optional: true" in artefacts and "filter: 'results/**'" in artefacts, "the first time there are no results")
            if (shared / "saved").is_dir():
                shutil.copytree(shared / "saved", copy.path / target / "results")
        elif not story.failed:
            code, said = copy.run(["sh", "-xe"], script)
            story.log += said
            story.failed = code != 0
    (junit,) = re.findall(r"junit '([^']*)'", post)
    (kept,) = re.findall(r"artifacts: '([^']*)'", post)
    (site,) = re.findall(r"reportDir: '([^']*)', reportFiles: '([^']*)'", post)
    copy.has(junit, *(path.strip() for path in kept.split(",")))
    story.published += ["artefacts", "site"]
    expect(site[0] == "results", f"the site lies in `{site[0]}`")
    if main:
        shutil.copytree(copy.path / "results", shared / "saved")
    return story


# --- The story ------------------------------------------------------------------------------------------------------------------------

def told(name, service, escalade):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        shared = folder / "shared"
        shared.mkdir()
        stories = [
            ("main", True, False, False, False),
            ("same", False, False, False, False),
            ("change", False, True, False, True),
            ("broken", False, False, True, True),
        ]
        for branch, main, change, broken, red in stories:
            copy_of = folder / branch
            copy_of.mkdir()
            copy = Copy(copy_of, escalade, change, broken)
            try:
                story = service(copy, main, shared)
                expect(story.failed == red, f"the pipeline is {'red' if story.failed else 'green'}")
                expect("artefacts" in story.published, "nothing is kept")
                expect(not main or "site" in story.published, "no reports are published")
                copy.has("verdicts/junit.xml", "verdicts/escalade.sarif", "verdicts/check.txt", "results/shift/report.html", "results/gamblers-ruin/report.html")
                compared = [text.read_text() for text in (copy.path / "results").rglob("changes.txt")]
                expect(main or len(compared) == 2, f"{len(compared)} of 2 scenarios were compared with the main branch")
                different = sum("changed beyond noise" in text for text in compared)
                expect(different == (1 if change else 0), f"{different} scenarios changed")
                expect(all("trial by trial" in text or "is the same" in text for text in compared), "a comparison is not paired")
                index = (copy.path / "results/index.md").read_text()
                expect(("| 1 fails, 1 holds" if change else "| 2 hold |") in index, f"the index does not show the verdicts on both claims:\n{index}")
                junit = (copy.path / "verdicts/junit.xml").read_text()
                expect(all(name in junit for name in ["shift", "gamblers-ruin"] + ["broken"] * broken), "a file is not among the verdicts")
                expect(("1 FILE WRONG" in story.log) == broken, "a wrong file is not told, or a sound one is")
                expect((" FAILED" in story.log) == change, "a broken claim is not told, or a sound one is")
            except Failed as failed:
                log = story.log if "story" in locals() else ""
                sys.exit(f"{log}\n{name}, {branch}: {failed}")
            print(f"  {name}, {branch}: {'red' if story.failed else 'green'}, as it must be; {', '.join(story.published)}")


def small(escalade):
    """A change that is too small for two runs side by side at these trials is seen trial by trial, through the script."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Copy(pathlib.Path(folder) / "copy", escalade, False)
        copy.env |= {"TRIALS": "4000"}
        expect(copy.run(["bash"], "bash ci/report-scenarios scenarios old")[0] == 0, "the first run is not in order")
        (copy.path / "scenarios/shift.toml").write_text(SCENARIO.replace("p = 0.5", "p = 0.54"))
        code, said = copy.run(["bash"], "bash ci/report-scenarios scenarios new old")
        expect(code == 1 and "shift changed:" in said and "trial by trial" in said, f"the change is not seen ({code}):\n{said}")
    print("  ci/report-scenarios: a chance of 0.54 instead of 0.5 is seen at 4,000 trials")


def main():
    escalade = pathlib.Path(sys.argv[1]).resolve()
    small(escalade)
    for name, service in [("GitHub", github), ("GitLab", gitlab), ("Jenkins", jenkins)]:
        told(name, service, escalade)


main()
