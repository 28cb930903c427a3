"""What pyproject.toml cannot say: presets/ stands beside the package here and inside it once installed."""

from setuptools import find_packages, setup

setup(
    packages=[
        *find_packages(include=["oyster_cli*"]),
        "oyster_cli.presets",
        "oyster_cli.presets.looks",
        "oyster_cli.presets.sound",
    ],
    package_dir={
        "oyster_cli.presets": "presets",
        "oyster_cli.presets.looks": "presets/looks",
        "oyster_cli.presets.sound": "presets/sound",
    },
)
