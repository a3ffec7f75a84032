"""Settings, read once from the environment; a wrong one stops the start with the whole list."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from peer_visits.kernel.zones import is_zone


class ConfigurationError(Exception):
    """Everything that is wrong with the settings, one line each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("Peer Visits cannot start:\n" + "\n".join(f"  - {problem}" for problem in problems))


@dataclass(frozen=True)
class Settings:
    """What one installation is told. `smtp_url` empty: mail stays in the built-in mailbox (demo only)."""

    instance: Path
    database_url: str
    public_url: str
    secret_key: str
    mail_sender: str = "Peer Visits <no-reply@example.org>"
    smtp_url: str = ""
    bounce_address: str = ""
    mails_per_minute: int = 0
    redis_url: str = ""
    metrics_token: str = ""
    security_contact: str = "security@example.org"
    demo: bool = True
    proxies: int = 0
    default_zone: str = "Europe/Brussels"
    upload_bytes: int = 20 * 1024 * 1024
    trusted_hosts: tuple[str, ...] = field(default=())
    scan_address: str = ""

    @property
    def is_https(self) -> bool:
        """Whether people reach this installation over TLS; cookies follow."""
        return self.public_url.startswith("https://")

    @property
    def host(self) -> str:
        """The host name people use."""
        return urlsplit(self.public_url).hostname or "localhost"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from environment variables. Raises ConfigurationError with every problem found."""
    env = dict(os.environ if environment is None else environment)
    problems: list[str] = []
    instance = Path(env.get("PEER_VISITS_INSTANCE") or "instance").resolve()
    demo = _truth(env, "PEER_VISITS_DEMO", default=True, problems=problems)
    port = _whole(env, "PORT", 5000, problems, maximum=65535)
    settings = Settings(
        instance=instance,
        database_url=_database_url(env, instance, problems),
        public_url=_public_url(env, port, demo, problems),
        secret_key=_secret_key(env, instance, demo, problems),
        mail_sender=env.get("MAIL_SENDER") or Settings.mail_sender,
        smtp_url=_smtp_url(env, demo, problems),
        bounce_address=_bounce_address(env, problems),
        mails_per_minute=_whole(env, "MAIL_PER_MINUTE", 0, problems, maximum=100_000),
        redis_url=_redis_url(env, problems),
        metrics_token=_metrics_token(env, problems),
        security_contact=env.get("SECURITY_CONTACT") or Settings.security_contact,
        demo=demo,
        proxies=_whole(env, "PROXY_COUNT", 0, problems, maximum=5),
        default_zone=_zone(env, problems),
        upload_bytes=_whole(env, "UPLOAD_MEGABYTES", 20, problems, maximum=200) * 1024 * 1024,
        scan_address=_scan_address(env, problems),
        trusted_hosts=tuple(filter(None, env.get("TRUSTED_HOSTS", "").split(","))),
    )
    if problems:
        raise ConfigurationError(problems)
    return settings


def _scan_address(env: Mapping[str, str], problems: list[str]) -> str:
    address = env.get("SCAN_ADDRESS", "").strip()
    kind, _colon, rest = address.partition(":")
    host, _colon, port = rest.rpartition(":")
    if (
        address
        and not (kind == "unix" and rest.startswith("/"))
        and not (kind == "tcp" and host and port.isdigit())
    ):
        problems.append("SCAN_ADDRESS must look like unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310")
    return address


def _truth(env: Mapping[str, str], name: str, *, default: bool, problems: list[str]) -> bool:
    value = env.get(name, "").strip().lower()
    if value in {"", "1", "true", "yes", "0", "false", "no"}:
        return default if not value else value in {"1", "true", "yes"}
    problems.append(f"{name} must be yes or no, not {value!r}")
    return default


def _whole(env: Mapping[str, str], name: str, default: int, problems: list[str], *, maximum: int) -> int:
    value = env.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit() or int(value) > maximum:
        problems.append(f"{name} must be a whole number from 0 to {maximum}, not {value!r}")
        return default
    return int(value)


def _database_url(env: Mapping[str, str], instance: Path, problems: list[str]) -> str:
    url = env.get("DATABASE_URL", "").strip() or f"sqlite:///{instance / 'peer-visits.sqlite'}"
    scheme = url.split(":", 1)[0]
    if scheme in {"postgres", "postgresql"}:
        return "postgresql+psycopg" + url[len(scheme) :]
    if scheme not in {"sqlite", "postgresql+psycopg"}:
        problems.append(f"DATABASE_URL must start with sqlite:/// or postgresql://, not {scheme!r}")
    return url


def _public_url(env: Mapping[str, str], port: int, demo: bool, problems: list[str]) -> str:
    url = env.get("PUBLIC_URL", "").strip().rstrip("/")
    if not url:
        if not demo:
            problems.append(
                "PUBLIC_URL is missing: the address people use, such as https://visits.example.eu"
            )
        return f"http://127.0.0.1:{port}"
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        problems.append(f"PUBLIC_URL must be like https://visits.example.eu, without a path, not {url!r}")
    if not demo and parts.scheme != "https":
        problems.append("PUBLIC_URL must start with https:// outside the demo")
    return url


def _secret_key(env: Mapping[str, str], instance: Path, demo: bool, problems: list[str]) -> str:
    key = env.get("SECRET_KEY", "")
    if key and len(key) < 32:
        problems.append("SECRET_KEY must have at least 32 characters")
    if key:
        return key
    if not demo:
        problems.append("SECRET_KEY is missing: at least 32 random characters")
        return ""
    return _kept_secret(instance, problems)


def _kept_secret(instance: Path, problems: list[str]) -> str:
    """The demo makes its own secret once and keeps it, so that people stay signed in over a restart."""
    path = instance / "secret-key"
    try:
        instance.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32))
        return path.read_text().strip()
    except OSError as error:
        problems.append(f"PEER_VISITS_INSTANCE: the folder {instance} cannot be used ({error.strerror})")
        return ""


def _smtp_url(env: Mapping[str, str], demo: bool, problems: list[str]) -> str:
    url = env.get("SMTP_URL", "").strip()
    if not url:
        if not demo:
            problems.append(
                "SMTP_URL is missing: the mail server, such as smtps://user:password@mail.example.eu"
            )
        return ""
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps", "smtp+starttls"} or not parts.hostname:
        problems.append("SMTP_URL must be smtp://, smtps:// or smtp+starttls:// with a host name")
    return url


def _bounce_address(env: Mapping[str, str], problems: list[str]) -> str:
    """The address that bounces go to; each mail adds `+` and 45 characters to its local part."""
    address = env.get("BOUNCE_ADDRESS", "").strip().lower()
    local, _at, domain = address.rpartition("@")
    if address and (not local or not domain or len(local) > 64 - 46 or "+" in local):
        problems.append(
            "BOUNCE_ADDRESS must look like bounces@example.eu, at most 18 characters before the @"
        )
    return address


def _redis_url(env: Mapping[str, str], problems: list[str]) -> str:
    url = env.get("REDIS_URL", "").strip()
    if url and urlsplit(url).scheme not in {"redis", "rediss", "unix"}:
        problems.append("REDIS_URL must start with redis://, rediss:// or unix://")
    return url


def _metrics_token(env: Mapping[str, str], problems: list[str]) -> str:
    token = env.get("METRICS_TOKEN", "").strip()
    if token and len(token) < 16:
        problems.append("METRICS_TOKEN must have at least 16 characters")
    return token


def _zone(env: Mapping[str, str], problems: list[str]) -> str:
    zone = env.get("DEFAULT_ZONE", "").strip() or Settings.default_zone
    if not is_zone(zone):
        problems.append(f"DEFAULT_ZONE must be a zone name such as Europe/Brussels, not {zone!r}")
    return zone
