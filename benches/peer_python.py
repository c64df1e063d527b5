"""The Python that peers run in."""

import os
import pathlib
import subprocess
import sys
import venv

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "target" / "bench-venv"


def python(packages):
    """The one that RUNNER_PYTHON names, or that of a virtual environment under target/ with these packages."""
    given = os.environ.get("RUNNER_PYTHON")
    if given:
        return given
    program = FOLDER / "bin" / "python"
    if not program.exists():
        venv.create(FOLDER, with_pip=True)
    print(f"installing {', '.join(packages)} into {FOLDER}", file=sys.stderr)
    subprocess.run([program, "-m", "pip", "install", "--quiet", *packages], check=True)
    return str(program)
