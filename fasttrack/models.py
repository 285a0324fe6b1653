"""`fasttrack models`: what is known of the default models."""

from dataclasses import asdict

from rich.table import Table

from fasttrack.console import fold, output, print_json
from fasttrack.options import JsonOption


def models(as_json: JsonOption = False) -> None:
    """Show the default models: what is installed, where from, under which licence, and its digest."""
    from index import weights

    rows = [weights.describe(model) for model in (weights.ENCODER, weights.LANGUAGE_MODEL)]
    if as_json:
        print_json({"models": [asdict(row) for row in rows]})
        return
    table = Table(*fold("Model", "Role", "Licence", "State", "From", "SHA-256"), show_lines=True)
    for row in rows:
        table.add_row(row.name, row.role, row.licence, row.state, row.origin, row.sha256)
    output.print(table)
