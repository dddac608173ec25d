"""A machine that boots, for tests of what only a service manager does: this one's own files under a layer that is thrown
away, a network of its own with nothing but loopback, and systemd as its process 1.

Needs root, and systemd-nspawn. Nothing that happens in it reaches the files of this machine; it is gone when we are,
whatever happens. Standard library only.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

BOOT_LIMIT = 120
# In a mount namespace of its own, so that nothing stays mounted: systemd-nspawn refuses "/" itself, but not a view of it.
# Without --register and --keep-unit it would ask the service manager of this machine, and there may be none.
BOOT = """mount --bind / "$1" && shift && exec systemd-nspawn --quiet --volatile=overlay --private-network --register=no \
--keep-unit --link-journal=no --console=pipe --boot "$@" systemd.unit=multi-user.target"""


class Machine:
    def __init__(self, name, visible):
        """`visible`: folders of this machine that it must have wherever they are mounted from."""
        for program in ("systemd-nspawn", "unshare", "nsenter", "setpriv"):
            if shutil.which(program) is None:
                raise RuntimeError(f"there is no {program}: ./scripts/setup --service installs it")
        if os.geteuid() != 0:
            raise RuntimeError("only root can boot a machine: run this as root")
        self.folder = tempfile.mkdtemp(prefix="avbrottsvakt-machine-")
        view = pathlib.Path(self.folder) / "view"
        view.mkdir()
        self.said = pathlib.Path(self.folder) / "console"
        options = [f"--directory={view}", f"--machine={name}"]
        # What is written there goes to a layer of its own, too.
        options += [f"--overlay={folder}::{folder}" for folder in visible]
        with open(self.said, "wb") as console:
            self.process = subprocess.Popen(
                # Processes of a namespace end with its first one, whatever they do; systemd-nspawn killed leaves them.
                ["setpriv", "--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--kill-child=KILL", "--mount-proc",
                 "--propagation", "private", "sh", "-c", BOOT, "sh", str(view), *options],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        self.init = None

    def boot(self):
        """Until all that belongs to the boot has been started."""
        end = time.monotonic() + BOOT_LIMIT
        while time.monotonic() < end and self.lives(0.1):
            self.init = self._first_process()
            if self.init and self.run("systemctl", "is-system-running", "--wait")[1] in ("running", "degraded"):
                return self
        raise RuntimeError(f"the machine did not boot within {BOOT_LIMIT} s:\n" + self.said.read_text(errors="replace"))

    def lives(self, seconds):
        """Whether it still does after so long, which is how long to wait between two looks at something."""
        try:
            self.process.wait(timeout=seconds)
            return False
        except subprocess.TimeoutExpired:
            return True

    def _first_process(self):
        """unshare, systemd-nspawn, the machine's process 1: each is the only child of the one before."""
        pid = self.process.pid
        for _ in range(2):
            try:
                pid = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
            except (OSError, IndexError):
                return None
        return pid

    def run(self, *command, limit=120, given=None):
        """(exit status, what it wrote) of a command in the machine, by root."""
        done = subprocess.run(["nsenter", "--target", self.init, "--all", "--", *command], input=given, text=True,
                              stdin=subprocess.DEVNULL if given is None else None, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=limit, check=False)
        return done.returncode, done.stdout.strip()

    def off(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
