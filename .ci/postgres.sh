#!/usr/bin/env bash
# Runs a command beside a PostgreSQL cluster made for it alone:
#
#     .ci/postgres.sh cargo test ...
#
# The command finds the cluster in WUZE_TEST_POSTGRES, a URL whose role may create databases. The cluster listens on a
# unix socket only, in a folder of mktemp, and is stopped and removed when the command ends, however it ends. Where no
# cluster can be made this fails: a contract suite that skips one of its two databases proves nothing.
set -euo pipefail

die() { echo "postgres.sh: $*" >&2; exit 1; }

(($#)) || die "usage: .ci/postgres.sh COMMAND [ARG...]"

# Debian keeps the server's programs off PATH, in a folder per major version.
bindir() {
  local found
  if command -v pg_config >/dev/null && found=$(pg_config --bindir) && [[ -x $found/initdb ]]; then
    echo "$found"
  elif found=$(command -v initdb) && found=$(dirname "$(readlink -f "$found")") && [[ -x $found/pg_ctl ]]; then
    echo "$found"
  else
    found=$(find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    [[ -n $found ]] && dirname "$found"
  fi
}

bin=$(bindir) || die "no initdb found; install the package postgresql (make test does)"

# /tmp and not TMPDIR: the path of a unix socket may have 107 bytes at most.
home=$(mktemp -d /tmp/wuze-pg.XXXXXX)

as_owner=()
if ((EUID == 0)); then
  # PostgreSQL refuses to run as root.
  id postgres >/dev/null 2>&1 || { rmdir "$home"; die "root needs the account postgres to run the server"; }
  chown postgres: "$home"
  as_owner=(runuser -u postgres --)
fi

# cd: the owner of the cluster may not be allowed to enter the checkout.
owned() { (cd "$home" && "${as_owner[@]}" "$@"); }

child=
stop() {
  local status=$?
  trap '' EXIT INT TERM HUP
  if [[ -n $child ]] && kill -TERM "$child" 2>/dev/null; then
    wait "$child" || true
  fi
  if [[ -f $home/data/postmaster.pid ]]; then
    owned "$bin/pg_ctl" stop -D "$home/data" -m immediate -w -t 30 >/dev/null 2>&1 || echo "postgres.sh: could not stop the cluster in $home" >&2
  fi
  rm -rf "$home"
  exit "$status"
}
trap stop EXIT
# exit runs the trap above, which ends the command too.
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# C.UTF-8: under plain C the text functions see bytes, not Chinese characters.
owned "$bin/initdb" -D "$home/data" --username=postgres --auth=trust --locale=C.UTF-8 --encoding=UTF8 --no-sync \
  >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; die "initdb failed"; }

# Without fsync a template database is copied in about 30 ms; nothing here has to survive a crash.
options="-c listen_addresses='' -c unix_socket_directories='$home' -c fsync=off -c synchronous_commit=off"
options+=" -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB -c logging_collector=off"
owned "$bin/pg_ctl" start -D "$home/data" -w -t 60 -l "$home/data/server.log" -o "$options" >/dev/null \
  || { cat "$home/data/server.log" >&2; die "the server did not start"; }

export WUZE_TEST_POSTGRES="postgres://postgres@localhost/postgres?host=$home"
# In the background, because bash runs no trap while it waits for a command in front.
"$@" <&0 &
child=$!
status=0
wait "$child" || status=$?
child=
exit "$status"
