#!/usr/bin/env python3
"""What cmake --install puts where, and whether the service manager of Debian would take it.

  install_test.py ROOT BUILD CMAKE

Installs into a folder of its own; needs no service manager that runs.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT, BUILD, CMAKE = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3]
# A tenth of what systemd calls exposed; 100 is a unit without any protection. Now 12.
EXPOSURE_MAX = 15
UNIT = "lib/systemd/system/avbrottsvakt.service"


def files_below(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def run(*command):
    """(exit status, what it wrote)."""
    if shutil.which(command[0]) is None:
        raise AssertionError(f"there is no {command[0]}: ./scripts/setup --test installs what the tests need")
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout + done.stderr


def install(destination, prefix):
    environment = {**os.environ, "DESTDIR": str(destination)}
    done = subprocess.run([CMAKE, "--install", str(BUILD), "--prefix", prefix], capture_output=True, text=True,
                          check=False, timeout=120, env=environment)
    if done.returncode != 0:
        raise AssertionError(done.stdout + done.stderr)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.at = pathlib.Path(cls.folder.name) / "debian"
        install(cls.at, "/usr")

    def text(self, name):
        return (self.at / name).read_text(encoding="utf-8")

    def unit_that_can_start(self):
        """The unit with its program and configuration where they have been installed for this test."""
        unit = pathlib.Path(self.folder.name) / "avbrottsvakt.service"
        text = self.text(f"usr/{UNIT}")
        unit.write_text(text.replace("=/usr/sbin/", f"={self.at}/usr/sbin/"), encoding="utf-8")
        return str(unit)

    def test_every_file_is_where_debian_expects_it_and_no_other(self):
        expected = {"usr/sbin/avbrottsvakt", f"usr/{UNIT}", "usr/lib/sysusers.d/avbrottsvakt.conf",
                    "usr/lib/tmpfiles.d/avbrottsvakt.conf"}
        for folder in ("config", "rules"):
            expected |= {f"etc/avbrottsvakt/{folder}/{name}" for name in files_below(ROOT / folder)}
        self.assertEqual(files_below(self.at), expected)

    def test_the_program_runs_and_finds_its_files_in_order(self):
        status, said = run(str(self.at / "usr/sbin/avbrottsvakt"), "check", "--config",
                           str(self.at / "etc/avbrottsvakt/config/avbrottsvakt.yaml"))
        self.assertEqual(status, 0, said)
        self.assertIn("in order", said)
        self.assertIn("; 0 warnings.", said)

    def test_what_the_unit_names_is_there(self):
        named = re.findall(r"(?<![\w.])/(?:usr/sbin|etc)/[\w./-]+",
                           "\n".join(line for line in self.text(f"usr/{UNIT}").splitlines() if line[:1] != "#"))
        self.assertIn("/usr/sbin/avbrottsvakt", named)
        self.assertIn("/etc/avbrottsvakt/config/avbrottsvakt.yaml", named)
        for path in named:
            self.assertTrue((self.at / path.lstrip("/")).is_file(), path)

    def test_the_journal_is_on_kafka_or_where_the_unit_may_write(self):
        configuration = self.text("etc/avbrottsvakt/config/avbrottsvakt.yaml")
        self.assertIn("\njournal:\n  kafka: {bootstrap: \"localhost:9092\",", configuration)
        self.assertIn("\n#   journal: {sqlite: {path: /var/lib/avbrottsvakt/avbrottsvakt.db}}\n", configuration)
        self.assertIn("\nStateDirectory=avbrottsvakt\n", self.text(f"usr/{UNIT}"))

    def test_another_prefix_reaches_into_the_unit(self):
        elsewhere = pathlib.Path(self.folder.name) / "elsewhere"
        install(elsewhere, "/opt/avbrottsvakt")
        unit = (elsewhere / "opt/avbrottsvakt" / UNIT).read_text(encoding="utf-8")
        self.assertIn("ExecStart=/opt/avbrottsvakt/sbin/avbrottsvakt run ", unit)
        self.assertNotIn("/usr/sbin/", unit)

    def test_systemd_takes_the_unit(self):
        self.assertEqual(run("systemd-analyze", "verify", "--man=no", self.unit_that_can_start()), (0, ""))

    def test_systemd_takes_a_drop_in_as_people_write_it(self):
        """README.md: credentials and addresses are named in a drop-in, which `systemctl edit` writes."""
        unit = pathlib.Path(self.unit_that_can_start()).rename(pathlib.Path(self.folder.name) / "edited.service")
        (unit.parent / "edited.service.d").mkdir()  # As avbrottsvakt.service.d of the unit itself.
        drop_in = unit.parent / "edited.service.d" / "override.conf"
        good = ("[Service]\nLoadCredential=kafka-password:/etc/avbrottsvakt/credentials/kafka-password\n"
                "IPAddressDeny=any\nIPAddressAllow=192.0.2.10 192.0.2.11\n")
        drop_in.write_text(good, encoding="utf-8")
        self.assertEqual(run("systemd-analyze", "verify", "--man=no", str(unit)), (0, ""))
        drop_in.write_text(good.replace("192.0.2.11", "192.0.2.x"), encoding="utf-8")
        self.assertIn("192.0.2.x", run("systemd-analyze", "verify", "--man=no", str(unit))[1], "it is not read")

    def test_systemd_finds_it_guarded(self):
        status, said = run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MAX}", "--no-pager",
                           self.unit_that_can_start())
        self.assertEqual(status, 0, said)

    def test_the_user_is_made_and_is_the_one_that_files_are_given_to(self):
        root = pathlib.Path(self.folder.name) / "users"
        (root / "etc").mkdir(parents=True)
        status, said = run("systemd-sysusers", f"--root={root}", str(self.at / "usr/lib/sysusers.d/avbrottsvakt.conf"))
        self.assertEqual(status, 0, said)
        users = (root / "etc/passwd").read_text(encoding="utf-8")
        self.assertRegex(users, r"(?m)^avbrottsvakt:x:\d+:\d+:Avbrottsvakt:/var/lib/avbrottsvakt:/usr/sbin/nologin$")
        self.assertIn("\nUser=avbrottsvakt\nGroup=avbrottsvakt\n", self.text(f"usr/{UNIT}"))

    def test_folders_are_given_to_it_alone(self):
        lines = [line.split() for line in self.text("usr/lib/tmpfiles.d/avbrottsvakt.conf").splitlines()
                 if line and not line.startswith("#")]
        self.assertEqual([(words[0], words[1]) for words in lines],
                         [("d", "/etc/avbrottsvakt"), ("d", "/etc/avbrottsvakt/credentials"), ("d", "/var/lib/avbrottsvakt")])
        for _, path, mode, user, group, _ in lines:
            self.assertRegex(mode, r"^07[05]0$", path)
            self.assertIn(user, ("root", "avbrottsvakt"), path)
            self.assertIn(group, ("root", "avbrottsvakt"), path)

    def test_what_follows_the_installation_makes_user_and_folders_and_enables_the_unit(self):
        """README.md: systemd-sysusers, systemd-tmpfiles --create, systemctl enable; below a folder."""
        root = pathlib.Path(self.folder.name) / "machine"
        install(root, "/usr")
        status, said = run("systemd-sysusers", f"--root={root}")
        self.assertEqual(status, 0, said)
        status, said = run("systemd-tmpfiles", "--create", f"--root={root}")
        users = (root / "etc/passwd").read_text(encoding="utf-8")
        user = int(re.search(r"(?m)^avbrottsvakt:x:(\d+):", users).group(1))
        # Only root may give a folder away; whoever else runs this sees them made.
        is_root = os.geteuid() == 0
        if is_root:
            self.assertEqual((status, said), (0, ""))
        for path, mode, owner in (("etc/avbrottsvakt", 0o750, 0), ("etc/avbrottsvakt/credentials", 0o700, 0),
                                  ("var/lib/avbrottsvakt", 0o750, user)):
            found = (root / path).stat()
            self.assertEqual(oct(found.st_mode & 0o777), oct(mode), path)
            self.assertEqual(found.st_uid, owner if is_root else os.geteuid(), path)
        status, said = run("systemctl", f"--root={root}", "enable", "avbrottsvakt")
        self.assertEqual(status, 0, said)
        link = root / "etc/systemd/system/multi-user.target.wants/avbrottsvakt.service"
        self.assertEqual(os.readlink(link), f"/usr/{UNIT}")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
