"""The options that restrict what is searched, and the filter that they make together."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from index.filters import Filter


def read_date(text: str) -> str:
    """A date in ISO 8601, which may be shortened to a month or year. Raises `typer.BadParameter`."""
    formats = {4: "%Y", 7: "%Y-%m", 10: "%Y-%m-%d"}
    try:
        if text:
            datetime.strptime(text, formats.get(len(text), "no date"))
    except ValueError as error:
        raise typer.BadParameter(f"{text} is no date: write it as 2018, 2018-11 or 2018-11-28.") from error
    return text


LanguageOption = Annotated[list[str] | None, typer.Option(help="Only passages in this language, such as nl.")]
CountryOption = Annotated[
    list[str] | None, typer.Option(help="Only documents from this country, such as BE.")
]
OrganisationOption = Annotated[list[str] | None, typer.Option(help="Only documents of this organisation.")]
KindOption = Annotated[list[str] | None, typer.Option(help="Only documents of this kind.")]
ThemeOption = Annotated[list[str] | None, typer.Option(help="Only documents on this theme.")]
SinceOption = Annotated[
    str,
    typer.Option(
        help="Only documents of this day or later: 2018, 2018-11 or 2018-11-28.", callback=read_date
    ),
]
UntilOption = Annotated[str, typer.Option(help="Only documents of this day or earlier.", callback=read_date)]


def make_filter(
    languages: list[str] | None,
    countries: list[str] | None,
    organisations: list[str] | None,
    kinds: list[str] | None,
    themes: list[str] | None,
    since: str,
    until: str,
) -> "Filter":
    """What the options let through. Raises `typer.BadParameter` where no day can be in the range."""
    from index.filters import Filter

    if since and until and until < since[: len(until)]:
        raise typer.BadParameter(f"Nothing lies between {since} and {until}: the first is the later one.")
    return Filter(
        languages=frozenset(one.lower() for one in languages or ()),
        countries=frozenset(one.upper() for one in countries or ()),
        organisations=frozenset(organisations or ()),
        kinds=frozenset(kinds or ()),
        themes=frozenset(themes or ()),
        since=since,
        until=until,
    )
