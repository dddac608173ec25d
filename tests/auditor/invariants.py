"""What must hold of a journal in itself, with nothing to compare it with. Used by audit.py.

Of ten invariants that a journal of this kind is to keep, these are judged here:

  state      (I3) what is said of an incident is in order: no alert before it was opened, no recovery of what was not
             opened, every stream of outputs numbered 1, 2, 3 ...
  position   (I5) the state was made up to the very position that is committed: on Kafka the group's offset
  sequence   (I6) the commits are numbered without a gap, and neither position nor time ever runs back
  early      (I8) nothing is said before it is due
  inputs     (I10) no input of the log is missing, and none that is waiting was passed over

The others are judged elsewhere: that everything is said (I1), durations (I4) and that all that was sent is heard or a dead
letter (I10) by tests/chaos/said.py, which knows the workload; ids (I2) by audit.py; that the log of inputs alone yields what
was said (I7) by tests/chaos/harness.py, with `avbrottsvakt replay`. There is no chain of hashes over the outputs (I9).
"""
import collections
import contextlib
import datetime
import json
import pathlib
import sqlite3

# Instants that the daemon computes; when a service opened or recovered is told by a tool, whose clock may be ahead.
COMPUTED = {"ladder", "rto_missed", "mta_missed", "activation", "legal"}


# ---------------------------------------------------------------- what was said

def of_outputs(outputs):
    """Of the outputs in JSON; others are passed over."""
    faults = []
    streams = collections.defaultdict(list)
    opened = collections.defaultdict(collections.Counter)
    for output in outputs:
        try:
            record = json.loads(output.value)
            header = record["header"]
        except (ValueError, TypeError, KeyError):
            continue  # A dead letter, or Protobuf.
        name = output.topic.split(".")[-1]
        streams[stream_of(name, record)].append(header["sequence"])
        faults += [f"early: {output.place} says {what} at {header['at']}, due {due}" for what, due in dues(name, record)
                   if instant(due) > instant(header["at"])]
        if name == "alerts":
            faults += disorder(output, record, opened[header["incident_id"]])
    faults += [f"state: {'/'.join(stream)} is numbered {numbers}" for stream, numbers in sorted(streams.items())
               if numbers != list(range(1, len(numbers) + 1))]
    return faults


def stream_of(name, record):
    """Whose numbers count together."""
    parts = {"activations": ["service"], "report-prompts": ["regime", "duty_holder"]}.get(name, [])
    return (name, record["header"]["incident_id"], *(record[part]["id"] for part in parts))


def dues(name, record):
    """What a record says has come, and when it came."""
    if name == "alerts":
        for entry in record["entries"]:
            if entry["reason"] in COMPUTED and not entry.get("withdrawn"):
                yield f"{entry['reason']} of {entry.get('subject', {}).get('id', '')}", entry["at"]
    elif name == "activations" and record.get("kind") == "proposed":
        yield "activation", record["condition_met_at"]
    elif name == "report-prompts":
        for ground in record.get("grounds", []):
            if not ground.get("forecast") and "true_since" in ground:
                yield ground["criterion"], ground["true_since"]


def disorder(output, record, opened):
    """In the order in which the incident's alerts were said. `opened` is kept from one to the next."""
    for entry in record["entries"]:
        subject = entry.get("subject", {}).get("id", "")
        if entry["reason"] == "opened":
            opened[subject] += -1 if entry.get("withdrawn") else 1
        elif entry["reason"] == "recovered" and not entry.get("withdrawn") and not opened[subject]:
            yield f"state: {output.place} says that {subject} recovered, which was not opened"
    if not +opened and any(entry["reason"] in COMPUTED for entry in record["entries"]):
        yield f"state: {output.place} speaks of an incident before anything was opened"


def instant(text):
    return datetime.datetime.fromisoformat(text)


# ---------------------------------------------------------------- Kafka

def of_kafka(reader, prefix, domain):
    """`reader` is an audit.CommittedReader. The topic of states must not have been compacted yet."""
    faults, metas, home = [], [], None
    state, inputs = f"{prefix}.state", f"{prefix}.inputs"
    for partition, node in sorted(reader.leaders([state])[state].items()):
        records, is_open = reader.partition(node, state, partition)
        if is_open:
            return [f"sequence: a transaction stays open in {state}[{partition}]"]
        for record in records:
            if record.key == f"{domain}/m".encode():
                home = partition
                metas.append(meta_of(record.value))
    if not metas:
        return [f"position: nothing was ever committed for domain {domain}"]
    numbers = [0, *(meta["sequence"] for meta in metas)]
    faults += [f"sequence: commit {after} comes after {before}" for before, after in zip(numbers, numbers[1:])
               if after != before + 1]
    for before, after in zip(metas, metas[1:]):
        faults += [f"sequence: {name} falls from {before[name]} to {after[name]} in commit {after['sequence']}"
                   for name in ("next", "now") if after[name] < before[name]]
    committed = reader.committed(f"{prefix}-{domain}", inputs, home)
    if committed != metas[-1]["next"]:
        faults.append(f"position: the state was made up to {metas[-1]['next']}, the group stands at {committed}")
    end = reader.offset(reader.leaders([inputs])[inputs][home], inputs, home, reader.LATEST)
    if metas[-1]["next"] > end:
        faults.append(f"inputs: the state was made up to {metas[-1]['next']}, but {inputs}[{home}] ends at {end}")
    return faults


def meta_of(value):
    """The record that every commit writes beside the state: "v1 next=17 sequence=4 now=1795312380000"."""
    return {name: int(number) for name, number in (field.split("=") for field in value.decode().split()[1:])}


# ---------------------------------------------------------------- SQLite

def of_sqlite(path):
    uri = pathlib.Path(path).absolute().as_uri() + "?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as database:
        def one(sql):
            return database.execute(sql).fetchone()[0]

        faults = []
        said = one("SELECT outputs FROM meta")
        numbers = [number for number, in database.execute("SELECT seq FROM outputs ORDER BY seq")]
        if numbers != list(range(1, said + 1)):
            faults.append(f"sequence: {said} outputs are committed; there are {len(numbers)}, up to number "
                          f"{numbers[-1] if numbers else 0}")
        following = one("SELECT next_position FROM meta")
        last = one("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'inputs'), 0)")
        if following > last + 1:
            faults.append(f"position: the state was made up to {following}, the log ends at {last + 1}")
        positions = list(database.execute("SELECT position, stamp_ms FROM inputs ORDER BY position"))
        first = positions[0][0] if positions else last + 1
        if [position for position, _ in positions] != list(range(first, last + 1)):
            faults.append(f"inputs: of {first} to {last}, {len(positions)} are there")
        faults += [f"sequence: the stamp of input {position} falls"
                   for (_, before), (position, stamp) in zip(positions, positions[1:]) if stamp < before]
        applied = [stamp for position, stamp in positions if position < following]
        if applied and one("SELECT coalesce(now_ms, 0) FROM meta") < applied[-1]:
            faults.append("sequence: the state's time lies before the last input that it was made from")
        return faults
