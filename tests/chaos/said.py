"""What a daemon has said, judged without the daemon: against another one that was left in peace, and against what the
workload makes due. A second opinion beside tests/auditor/audit.py, which judges ids."""
import collections
import json

import region

REASONS = {"opened", "ladder", "rto_missed", "mta_missed", "activation", "legal", "recovered"}


class Said:
    """What a daemon has said, as facts to compare, and what is wrong with it in itself."""

    def __init__(self, outputs):
        self.faults = []
        self.crossings = collections.Counter()
        self.firsts = set()
        self.dead_letters = 0
        self.pictures = {}
        streams = collections.defaultdict(list)
        ids = collections.Counter(identity for _, identity, _ in outputs)
        self.faults += [f"id {identity} {count} times" for identity, count in ids.items() if count > 1]
        for topic, _, value in outputs:
            if topic == "dead-letter":
                self.dead_letters += 1
                continue
            record = json.loads(value)
            header, incident = record["header"], record["header"]["incident_id"]
            stream = (topic, incident)
            if topic == "alerts":
                self.take_alert(incident, record)
            elif topic == "activations":
                stream += (record["service"]["id"],)
                self.firsts.add(("activation", record["service"]["id"], record.get("kind")))
            elif topic == "report-prompts":
                stream += (record["regime"]["id"], record["duty_holder"]["id"])
                self.firsts.add(("report", incident, record["regime"]["id"], record.get("kind")))
            else:
                self.pictures[incident] = {key: record.get(key) for key in (
                    "state", "level", "first", "root", "began", "ended", "services", "activities", "objectives")}
            streams[stream].append(header["sequence"])
        for stream, sequences in streams.items():
            if sequences != list(range(1, len(sequences) + 1)):
                self.faults.append(f"sequence of {stream}: {sequences}")

    def take_alert(self, incident, record):
        for entry in record["entries"]:
            if entry["reason"] in REASONS:
                sign = -1 if entry.get("withdrawn") else 1
                key = (incident, entry["reason"], entry.get("subject", {}).get("id", ""), entry["at"],
                       entry.get("share_of", ""), entry.get("percent", 0))
                self.crossings[key] += sign

    def compare(self, peace, workload):
        """Faults of this one, seen beside the one that was left in peace."""
        faults = list(self.faults)
        faults += [f"said {count} times: {key}" for key, count in self.crossings.items() if count not in (0, 1)]
        mine = {key for key, count in self.crossings.items() if count}
        theirs = {key for key, count in peace.crossings.items() if count}
        faults += [f"lost: {key}" for key in sorted(theirs - mine)]
        faults += [f"not said in peace: {key}" for key in sorted(mine - theirs)]
        faults += [f"prompt lost: {key}" for key in sorted(peace.firsts - self.firsts)]
        faults += [f"prompt not said in peace: {key}" for key in sorted(self.firsts - peace.firsts)]
        faults += [f"picture differs: {self.pictures.get(key)} and in peace {peace.pictures.get(key)}"
                   for key in sorted(self.pictures.keys() | peace.pictures.keys())
                   if self.pictures.get(key) != peace.pictures.get(key)]
        return faults + self.lacks(workload)

    def lacks(self, workload):
        """What the workload makes due and was not said: known without any daemon."""
        said = collections.Counter((reason, subject) for (_, reason, subject, *_), count in self.crossings.items()
                                   if count)
        missing = []
        for number, service in enumerate(workload.services):
            due = {("opened", service): 1}
            if number < workload.planned:
                due |= {("ladder", service): 3, ("rto_missed", service): 1, ("mta_missed", f"ward-{service}"): 1}
                if ("activation", service, "proposed") not in self.firsts:
                    missing.append(f"missing: activation prompt for {service}")
            missing += [f"missing: {key}: {said[key]} of {count}" for key, count in due.items() if said[key] != count]
        for name, count, expected in (
                ("recovered", sum(count for (reason, _), count in said.items() if reason == "recovered"),
                 len(workload.ended)),
                ("legal", sum(count for (reason, _), count in said.items() if reason == "legal"), workload.planned),
                ("report prompts", len({key[1] for key in self.firsts if key[0] == "report"}), workload.planned),
                ("dead letters", self.dead_letters, workload.dead_letters)):
            if count != expected:
                missing.append(f"{name}: {count} of {expected}")
        return missing + self.wrong_times(workload)

    def wrong_times(self, workload):
        """Outages as the last pictures show them, against when the workload began and ended each: one incident a service."""
        shown = {picture["first"]["id"]: (picture["began"], picture.get("ended")) for picture in self.pictures.values()}
        known = {service: (region.rfc3339(began), region.rfc3339(workload.ended[service]) if service in workload.ended
                           else None) for service, began in workload.began.items()}
        return [f"outage of {service}: shown {shown.get(service)}, known {known.get(service)}"
                for service in sorted(shown.keys() | known.keys()) if shown.get(service) != known.get(service)]
