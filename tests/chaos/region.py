"""A region for the chaos tests, and what its monitoring says.

Its services do not depend on each other, so that each outage is an incident of its own, whose ids do not depend on
what else was heard when. Some have a plan, and an activity that falls under NIS2, with times of a few seconds.
"""
import datetime
import json
import pathlib
import random
import shutil

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent

PLAN = """\
plan: {service}
version: "1"
service: {service}
owner: platform-on-call
approved: {{by: Chaos, on: 2026-01-01, review_by: 2030-01-01}}
rto: 6s
settle: 1s
activate:
  when: {{elapsed: 4s}}
ladder:
  - {{on: opened, tell: [ksd-on-call], level: notice}}
  - {{at: 50% of rto, tell: [platform-on-call], level: warning}}
  - {{at: 100% of mta, tell: [duty-officer-region], level: emergency}}
"""

ACTIVITY = """\
activity: ward-{service}
name: Avdelning {service}
administration: hospital-east
sectors: [healthcare_provider]
mta: 9s
uses:
  - all: [{service}]
fallback:
  routine: RR-{service}
  name: Papper
  holds_for: 12h
  approved: 2026-01-01
  review_by: 2030-01-01
"""

ESCALATION = """\
growth_at_most_every: 1m
root_window: 0s
late_after: 10s
late_quiet: 1s
late_at_most: 3s
catch_up_at_most: 60s
horizon: 30d
future_at_most: 5m
settle: 1s
repeats_at_most: 3
default_ladder:
  - {tell: ksd-on-call, level: warning}
"""


def replaced(text, old, new):
    """The region is made from the sample's files; a change there must not go unseen here."""
    if text.count(old) != 1:
        raise ValueError(f"expected {old!r} once, it is there {text.count(old)} times")
    return text.replace(old, new)


def write(directory, services, planned, source_input):
    """Writes the region; returns its configuration. The first `planned` of the services have plans. `source_input`
    is what stands behind "input:" of the source alertmanager."""
    config, rules = directory / "config", directory / "rules"
    for folder in ("catalogue/services", "catalogue/plans", "catalogue/activities", "sources"):
        (config / folder).mkdir(parents=True)
    rules.mkdir()
    shutil.copy(REPOSITORY / "config/catalogue/organisation.yaml", config / "catalogue")
    # The organisation refers to every law.
    for law in (REPOSITORY / "rules").glob("*.yaml"):
        shutil.copy(law, rules)
    shutil.copytree(REPOSITORY / "rules/templates", rules / "templates")
    (rules / "escalation.yaml").write_text(ESCALATION)
    (rules / "nis2.yaml").write_text(
        replaced((REPOSITORY / "rules/nis2.yaml").read_text(), "more_than: 1h}", "more_than: 5s}"))
    (config / "sources/alertmanager.yaml").write_text(
        replaced((REPOSITORY / "config/sources/alertmanager.yaml").read_text(),
                 "{kafka: {topic: monitoring.alertmanager}}", source_input))
    for number, service in enumerate(services):
        (config / f"catalogue/services/{service}.yaml").write_text(
            f"service: {service}\nname: Tjänst {service}\nowner: platform-on-call\n"
            "classification: {confidentiality: 1, integrity: 1, availability: 2}\n"
            f"match:\n  - '{{service=\"{service}\"}}'\n")
        if number < planned:
            (config / f"catalogue/plans/{service}.yaml").write_text(PLAN.format(service=service))
            (config / f"catalogue/activities/ward-{service}.yaml").write_text(ACTIVITY.format(service=service))
    configuration = config / "avbrottsvakt.yaml"
    configuration.write_text(
        "domain: region\nzone: Europe/Stockholm\nlanguage: sv\ncatalogue: catalogue\nrules: ../rules\n"
        "sources: sources\njournal: {sqlite: {path: ../unused.db}}\noutput_format: json\n")
    return configuration


def rfc3339(instant):
    return instant.astimezone(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def payload(*alerts):
    """A webhook body of Alertmanager, as one line."""
    return json.dumps({"version": "4", "groupKey": "{}", "truncatedAlerts": 0, "receiver": "kafka", "alerts": alerts})


def alert(number, service, began, ended=None, severity="critical"):
    return {"status": "resolved" if ended else "firing",
            "labels": {"alertname": "ServiceDown", "service": service, "severity": severity},
            "annotations": {"summary": f"{service} svarar inte"},
            "startsAt": rfc3339(began), "endsAt": rfc3339(ended) if ended else "0001-01-01T00:00:00Z",
            "fingerprint": f"{number:016x}"}


class Workload:
    """What the monitoring says, line by line: services going down at an even pace, those without a plan coming back,
    and between that what real sources are full of: the same again, what is skipped, what cannot be read.

    `pace`: new outages a second. `rate`: lines a second in all. `held`: how long an outage lasts, in seconds; longer
    than the daemon can be away, for an outage that is over when it is first heard of is rightly said otherwise.
    """

    def __init__(self, services, planned, pace, rate, held, seed):
        self.services, self.planned, self.pace, self.rate, self.held = services, planned, pace, rate, held
        self.random = random.Random(seed)
        # Those with a plan among the others.
        self.order = self.random.sample(services, len(services))
        self.began = {}
        self.ended = {}
        self.dead_letters = 0
        self.lines = 0

    def finished(self):
        return len(self.began) == len(self.services) and len(self.ended) == len(self.services) - self.planned

    def tick(self, elapsed):
        """The lines to be sent when `elapsed` seconds have passed since the beginning."""
        now = datetime.datetime.now(datetime.timezone.utc)
        while len(self.began) < min(len(self.services), elapsed * self.pace):
            service = self.order[len(self.began)]
            self.began[service] = now
            yield self.line(payload(alert(self.services.index(service), service, now)))
        for number, service in enumerate(self.services[self.planned:], self.planned):
            began = self.began.get(service)
            if began and service not in self.ended and (now - began).total_seconds() >= self.held:
                self.ended[service] = now
                yield self.line(payload(alert(number, service, began, now)))
        while self.lines < elapsed * self.rate:
            yield self.line(self.noise(now))

    def line(self, text):
        self.lines += 1
        return text

    def noise(self, now):
        kind = self.random.random()
        running = [service for service in self.began if service not in self.ended]
        if kind < 0.06:
            self.dead_letters += 1
            return f'{{"version": "4", "alerts": [ broken {self.lines}'
        if kind < 0.09:
            # One alert of the two has a severity that nobody has mapped: that one is a dead letter.
            self.dead_letters += 1
            return payload(alert(1 << 40, "unknown", now, severity="info"),
                           alert(1 << 41, "unknown", now, severity=f"purple-{self.lines}"))
        if kind < 0.3 or not running:
            return payload(alert(1 << 40, "watchdog", now, severity="info"))
        service = self.random.choice(running)
        return payload(alert(self.services.index(service), service, self.began[service]))
