"""`[mail]`: what it reads, and what it refuses."""

import pytest

from aggregator.config import parse_config
from aggregator.config.mail import Mail, address, bare
from aggregator.config.values import Wrong
from aggregator.errors import ConfigError

HEAD = '[mail]\nhost = "smtp.example.org"\nfrom = "Ana <ana@example.org>"\n'


def mail_of(text, **environ):
    return parse_config(text, environ=environ).mail


def problems_of(text, **environ):
    with pytest.raises(ConfigError) as caught:
        parse_config(text, environ=environ)
    return list(caught.value.problems)


def test_nothing_is_no_mail():
    """Without the table there is no server."""
    assert mail_of("") is None


def test_two_keys_are_enough():
    """Host and sender are needed; the rest is what most servers want."""
    assert mail_of(HEAD) == Mail(
        host="smtp.example.org",
        sender="Ana <ana@example.org>",
        port=587,
        security="starttls",
        timeout=30,
    )


def test_every_key_is_read():
    """User, password, port, security and timeout; the password stays as it is written."""
    text = (
        HEAD + 'user = "ana"\npassword = "${MAIL}"\nport = 2525\nsecurity = "none"\ntimeout = "1m"'
    )
    mail = mail_of(text, MAIL="s3cret")

    assert (mail.user, mail.password, mail.port) == ("ana", "${MAIL}", 2525)
    assert (mail.security, mail.timeout) == ("none", 60)


def test_port_465_is_tls_from_the_start():
    """The port of submissions says by itself how it is encrypted; who says otherwise is heard."""
    assert mail_of(HEAD + "port = 465").security == "tls"
    assert mail_of(HEAD + 'port = 465\nsecurity = "starttls"').security == "starttls"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("mail = 1", "feeds.toml:1: mail: expected a table"),
        ('[mail]\nhost = "a.example"', "feeds.toml:1: mail.from: is missing"),
        ('[mail]\nfrom = "a@b.example"', "feeds.toml:1: mail.host: is missing"),
        (HEAD + 'hots = "x"', "mail.hots: unknown key, did you mean 'host'?"),
        (HEAD + 'user = "ana"', "mail.password: is missing"),
        (HEAD + 'password = "x"', "mail.user: is missing"),
        (
            HEAD + 'user = "a"\npassword = "${NO}"',
            "mail.password: the environment has no variable NO",
        ),
        (
            HEAD + 'security = "ssl"',
            "mail.security: unknown security 'ssl', known: starttls, tls, none",
        ),
        (HEAD + "port = 0", "mail.port: 0 is not between 1 and 65535"),
        ('[mail]\nhost = "a.example:25"\nfrom = "a@b.example"', "mail.host: holds a port"),
        ('[mail]\nhost = "a"\nfrom = "nobody"', "mail.from: expected an address such as"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text, problem):
    """Each mistake is a sentence, and never repeats a password."""
    problems = problems_of(text)

    assert any(problem in each for each in problems), problems


@pytest.mark.parametrize(
    ("written", "alone"),
    [
        ("ana@example.org", "ana@example.org"),
        ("Ana <ana@example.org>", "ana@example.org"),
        ('"Moss, Ana" <ana+news@mail.example.org>', None),
        ("Ána Åström <ana@example.org>", "ana@example.org"),
        ("ana@bücher.example", "ana@bücher.example"),
        ("ana", None),
        ("ana@example.org, bo@example.org", None),
        ("ana@example.org\r\nRCPT TO:<bo@example.org>", None),
        ("ana@example.org> SIZE=1 <", None),
        ("<ana@example.org", None),
        ("a b@example.org", None),
        ("@example.org", None),
    ],
)
def test_an_address_is_one_address(written, alone):
    """A name and an address, or an address alone; nothing that could be a command or two."""
    if alone is None:
        with pytest.raises(Wrong, match=r"address|control"):
            address(written)
    else:
        assert bare(address(written)) == alone


def test_an_address_that_nobody_read_is_itself():
    """What is no address at all is given back as it is."""
    assert bare("x") == "x"
