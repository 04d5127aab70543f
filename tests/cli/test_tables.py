"""The shell's completion and the manual say what the tables of commands and options say."""

import functools
import os
import re
import shutil
import subprocess
import unittest

from support import DONE, PROGRAM, ROOT, USAGE, environment, quern

SCRIPT = ROOT / "tools" / "cli" / "completion" / "quern.bash"
MANUAL = ROOT / "docs" / "quern.1"


@functools.cache
def all_commands():
    """{"dead list": ""} and so on, with the words behind each, from quern help."""
    found = {}
    for line in quern("help").out.splitlines():
        match = re.match(r"  ([a-z]+(?: [a-z]+)?)((?: (?:\[?[A-Z]\S*|bash\|zsh))*)  ", line)
        if match and not line.startswith("   "):
            found[match[1]] = match[2].strip()
    return found


@functools.cache
def options_of(command):
    """{"--output": ("-o", " FILE")} from quern help COMMAND."""
    found = {}
    for line in quern("help", *command.split()).out.splitlines():
        match = re.match(r"  (?:(-\w),|   ) (--[a-z-]+)(\[?[= ]?\[?=?[A-Z]*(?:=[A-Z]+)?\]?)(?:  |$)", line)
        if match:
            found[match[2]] = (match[1] or "", match[3].rstrip())
    return found


class CompletionTest(unittest.TestCase):
    def complete(self, line):
        """What is offered behind a line, cut into words as bash does it."""
        words = re.findall(r"=|[^ =]+", line)
        if line.endswith((" ", "=")) and not line.endswith("="):
            words.append("")
        script = 'set -u; . "$SCRIPT"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _quern; printf "%s\\n" "${COMPREPLY[@]}"'
        done = subprocess.run(["bash", "--norc", "-c", script, "bash", *words], env=environment(SCRIPT=str(SCRIPT)), cwd=ROOT / "tests" / "cli",
                              capture_output=True, text=True, timeout=30, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), line)
        return done.stdout.split()

    def test_the_file_is_what_the_program_prints(self):
        said = quern("completion", "bash")
        self.assertEqual((said.code, said.err), (DONE, ""))
        self.assertEqual(SCRIPT.read_text(), said.out, "run: build/quern completion bash >tools/cli/completion/quern.bash")

    def test_zsh_loads_what_it_needs_first(self):
        self.assertEqual(quern("completion", "zsh").out, "autoload -U +X bashcompinit && bashcompinit\n" + SCRIPT.read_text())
        self.assertEqual(quern("completion", "fish").code, USAGE)

    def test_commands(self):
        first = sorted({name.split()[0] for name in all_commands()})
        self.assertEqual(sorted(self.complete("quern ")), sorted(first + ["help"]))
        self.assertEqual(sorted(self.complete("quern help ")), first)
        self.assertEqual(self.complete("quern sub"), ["submit"])
        self.assertEqual(self.complete("quern --url http://h/ -q heal"), ["health"])
        self.assertEqual(self.complete("quern --url=http://h/ heal"), ["health"])
        self.assertEqual(self.complete("quern dead "), ["list", "retry", "delete"])
        self.assertEqual(self.complete("quern queues p"), ["pause"])
        self.assertEqual(self.complete("quern nosuch "), [])

    def test_options_of_every_command(self):
        for command in all_commands():
            with self.subTest(command):
                self.assertEqual(sorted(self.complete(f"quern {command} --")), sorted(options_of(command)))

    def test_values(self):
        self.assertEqual(self.complete("quern get -o "), ["json", "table"])
        self.assertEqual(self.complete("quern get --format=t"), ["table"])
        self.assertEqual(self.complete("quern get --format="), ["json", "table"])
        self.assertEqual(self.complete("quern submit x --durability s"), ["synced"])
        self.assertEqual(self.complete("quern cron add --overlap "), ["skip", "allow", "cancel_previous", "enqueue"])
        self.assertEqual(self.complete("quern submit --queue "), [])
        self.assertEqual(self.complete("quern run echo -o supp"), ["support.py"])
        self.assertEqual(self.complete("quern submit --batch supp"), ["support.py"])
        self.assertEqual(self.complete("quern run echo supp"), ["support.py"])
        self.assertEqual(self.complete("quern get supp"), [])


class ManualTest(unittest.TestCase):
    def items(self, section):
        """The .It lines of a section, as plain text."""
        text = MANUAL.read_text().split(f".Sh {section}\n")[1].split("\n.Sh ")[0]
        return [re.sub(r" +", " ", re.sub(r"\\&|\"", "", line[4:])) for line in text.splitlines() if line.startswith(".It ")]

    def test_commands(self):
        wanted = [f"Cm {name}" + (f" Ar {words}" if words else "") for name, words in all_commands().items()]
        self.assertEqual(self.items("COMMANDS"), wanted)

    def test_options(self):
        wanted = set()
        for command in all_commands():
            for name, (letter, value) in options_of(command).items():
                short = f"Fl {letter[1:]} , " if letter else ""
                ends = {"": "", "[": f" Ns Oo = Ns Ar {value[2:-1]} Oc"}.get(value[:1], f" Ar {value.strip()}")
                wanted.add(f"{short}Fl -{name[2:]}{ends}")
        self.assertEqual(sorted(set(self.items("OPTIONS"))), sorted(wanted))

    def test_exit_codes(self):
        self.assertEqual(self.items("EXIT STATUS"), ["0", "1", "2", "3", "4", "5"])

    def test_it_is_sound(self):
        if not shutil.which("mandoc"):
            self.assertFalse(os.environ.get("CI"), "mandoc is missing")
            self.skipTest("mandoc is missing")
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "style", str(MANUAL)], capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout, "")

    def test_the_program_has_no_undocumented_help(self):
        self.assertTrue(PROGRAM)
        self.assertGreater(len(all_commands()), 20)
        self.assertIn("--output", options_of("run"))
        self.assertEqual(options_of("run")["--output"], ("-o", " FILE"))
        self.assertEqual(options_of("run")["--wait"], ("-w", "[=TIME]"))


if __name__ == "__main__":
    unittest.main()
