"""Mail against a real SMTP server on this machine: aiosmtpd, with TLS and passwords."""

import socket
import ssl
import subprocess
from contextlib import closing, contextmanager, suppress
from email.message import EmailMessage
from threading import Thread

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from aggregator.config.mail import Mail
from aggregator.errors import PublishError
from aggregator.publish.mail import outbox
from tests.mailbox import free_port, server


def mail_at(port, **fields):
    said = {"host": "127.0.0.1", "sender": "Ana <ana@fern.example>", "security": "none"}
    return Mail(**(said | {"port": port, "timeout": 5} | fields))


def message(text="Good morning.", to="Bo <bo@moss.example>", subject="Today"):
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "Ana <ana@fern.example>", to, subject
    letter.set_content(text)
    return letter


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost that nobody but the test trusts."""
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    key, made = folder / "key.pem", folder / "cert.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = ["openssl", "req", "-x509", *kind, *names, "-keyout", key, "-out", made]
    subprocess.run(command, check=True, capture_output=True)
    ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    ours.load_cert_chain(made, key)
    return ours, ssl.create_default_context(cafile=made)


def login(_server, _session, _envelope, _mechanism, data):
    right = data == LoginPassword(b"ana", b"s3cret")
    return AuthResult(success=right, handled=right)


def failure(run, *arguments, **options):
    with pytest.raises(PublishError) as caught:
        run(*arguments, **options)
    return caught.value


def send(mail, *letters, password=None, trusted=None):
    with outbox(mail, password, trusted=trusted) as box:
        for letter in letters:
            box.send(letter)


def test_a_message_arrives():
    """Sender and recipient are the addresses alone; the text arrives as it was."""
    with server() as (post, port):
        send(mail_at(port), message("Grüße aus Köln: 🌿\n.\nend"))
    (envelope,) = post.envelopes

    assert envelope.mail_from == "ana@fern.example"
    assert envelope.rcpt_tos == ["bo@moss.example"]
    assert envelope.content.isascii()
    assert b"Subject: Today" in envelope.content


def test_several_go_by_one_connection():
    """Each message has its own recipient; a refusal of one leaves the next alone."""
    with server() as (post, port):
        post.refused["no@moss.example"] = "550 5.1.1 Who is that?"
        with outbox(mail_at(port)) as box:
            box.send(message(to="one@moss.example"))
            error = failure(box.send, message(to="no@moss.example"))
            box.send(message(to="two@moss.example"))

    assert "refused the recipient no@moss.example: 550 5.1.1 Who is that?" in error.message
    assert not error.unknown
    assert [each.rcpt_tos for each in post.envelopes] == [
        ["one@moss.example"],
        ["two@moss.example"],
    ]


def test_a_later_is_told_from_a_never():
    """An answer of 4xx says that it may work another time."""
    with server() as (post, port):
        post.refused["bo@moss.example"] = "451 4.7.1 Greylisted"
        error = failure(send, mail_at(port), message())

    assert error.hint == "It may take it later."


def test_a_refused_text_is_known_to_be_refused():
    """A server that says no after the text has not taken it; its words are cut to a line."""
    with server() as (post, port):
        error = failure(send, mail_at(port), message("refuse me"))

    assert not error.unknown
    assert "refused the text: 554" in error.message
    assert post.envelopes == []


def test_starttls_and_a_password(certificate):
    """The usual way: encrypted, then logged in."""
    ours, trusted = certificate
    options = {"tls_context": ours, "authenticator": login, "auth_required": True}
    with server(require_starttls=True, **options) as (post, port):
        mail = mail_at(port, security="starttls", user="ana", password="${MAIL}")
        send(mail, message(), password="s3cret", trusted=trusted)

    assert len(post.envelopes) == 1


def test_tls_from_the_first_byte(certificate):
    """Port 465's way, with the certificate checked."""
    ours, trusted = certificate
    with server(ssl_context=ours) as (post, port):
        send(mail_at(port, security="tls"), message(), trusted=trusted)

    assert len(post.envelopes) == 1


def test_a_wrong_password_is_said_without_it(certificate):
    """What the server did not accept is not repeated."""
    ours, trusted = certificate
    with server(require_starttls=True, tls_context=ours, authenticator=login) as (_post, port):
        mail = mail_at(port, security="starttls", user="ana", password="x")
        error = failure(send, mail, message(), password="wr0ng", trusted=trusted)

    assert "did not accept user and password" in error.message
    assert "wr0ng" not in f"{error.message}{error.hint}"


def test_an_unknown_certificate_is_refused(certificate):
    """Nothing is sent to a server that can't prove its name."""
    ours, _trusted = certificate
    with server(tls_context=ours) as (post, port):
        error = failure(send, mail_at(port, security="starttls"), message())

    assert "certificate is not to be trusted" in error.message
    assert post.envelopes == []


def test_no_encryption_where_it_is_asked_for_is_an_end():
    """A server without STARTTLS gets neither mail nor password."""
    with server() as (post, port):
        error = failure(send, mail_at(port, security="starttls"), message())

    assert "offers no encryption" in error.message
    assert post.envelopes == []


def test_a_password_is_not_sent_in_the_clear():
    """Unencrypted, a password goes to this machine alone."""
    with server() as (_post, port):
        mail = mail_at(port, host="smtp.fern.example", user="ana", password="x")
        error = failure(send, mail, message(), password="s3cret")
        here = failure(send, mail_at(port, user="ana", password="x"), message(), password="s3cret")

    assert "unencrypted; it was not" in error.message
    assert "can't do what is needed" in here.message


def test_an_address_beyond_ascii_needs_a_server_that_takes_it():
    """With SMTPUTF8 it arrives; without, that is said."""
    letter = message(to="bö@moss.example")
    with server(enable_SMTPUTF8=True) as (post, port):
        send(mail_at(port), letter)
    with server(enable_SMTPUTF8=False) as (_post, port):
        error = failure(send, mail_at(port), letter)

    assert post.envelopes[0].rcpt_tos == ["bö@moss.example"]
    assert "takes no addresses that are not ASCII" in error.message


def test_nobody_there_is_a_sentence():
    """A closed port and a name that is none are told apart."""
    closed = failure(send, mail_at(free_port()), message())
    nowhere = failure(send, mail_at(25, host="nowhere.invalid"), message())
    everywhere = failure(send, mail_at(25, host="255.255.255.255"), message())

    assert "can't be reached: " in everywhere.message
    assert "nothing answers there" in closed.message
    assert "there is no such host" in nowhere.message


@contextmanager
def talker(*answers):
    """A server that gives these answers, one to each thing it hears, and then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk():
        conn, _ = listener.accept()
        with conn, suppress(ConnectionError):
            for answer in answers:
                conn.sendall(answer)
                conn.recv(65_536)

    thread = Thread(target=talk)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        thread.join()
        listener.close()


HELLO = (b"220 here\r\n", b"250 here\r\n")


def test_a_connection_that_breaks_before_the_text_is_safe():
    """Where the server is gone before the text, nothing has arrived."""
    with talker(*HELLO) as port:
        error = failure(send, mail_at(port), message())

    assert not error.unknown


def test_a_connection_that_breaks_after_the_text_is_unknown():
    """Where the text was handed over and no answer came, nobody knows."""
    answers = (*HELLO, b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n")
    with talker(*answers) as port:
        error = failure(send, mail_at(port), message())

    assert error.unknown
    assert "may have arrived" in error.hint


def test_a_server_that_does_not_answer_is_given_up():
    """A connection in which nothing is said ends after the timeout."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        error = failure(send, mail_at(listener.getsockname()[1], timeout=1), message())

    assert "did not answer in time" in error.message


def test_what_is_no_mail_server_is_said():
    """Another program's words, or no TLS where it was expected, are a sentence, too."""
    with talker(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        other = failure(send, mail_at(port), message())
    with talker(*HELLO) as port:
        plain = failure(send, mail_at(port, security="tls"), message())

    assert isinstance(other, PublishError)
    assert "does not speak TLS" in plain.message


def test_a_login_that_nobody_knows_is_said():
    """A server whose ways to log in are all unknown is told as it is."""
    with talker(b"220 here\r\n", b"250-here\r\n250 AUTH X-OWN\r\n") as port:
        mail = mail_at(port, user="ana", password="x")
        error = failure(send, mail, message(), password="s3cret")

    assert "answered in no way known to mail" in error.message


def test_a_greeting_that_is_a_refusal_is_said():
    """A server that refuses at once is heard."""
    with talker(b"554 5.7.1 Not for you\r\n") as port:
        error = failure(send, mail_at(port), message())

    assert "554 5.7.1 Not for you" in error.message


def test_tls_that_breaks_while_text_is_sent_is_unknown(certificate):
    """An encrypted connection that ends after the text leaves it open what became of that."""
    ours, trusted = certificate
    listener = socket.create_server(("127.0.0.1", 0))

    def talk():
        conn, _ = listener.accept()
        with conn, suppress(OSError), ours.wrap_socket(conn, server_side=True) as tls:
            for answer in (*HELLO, b"250 OK\r\n", b"250 OK\r\n", b"354 go\r\n"):
                tls.sendall(answer)
                tls.recv(65_536)
            tls.unwrap()

    thread = Thread(target=talk)
    thread.start()
    mail = mail_at(listener.getsockname()[1], security="tls")
    error = failure(send, mail, message(), trusted=trusted)
    thread.join()
    listener.close()

    assert error.unknown
