#!/bin/sh
# Is called as helm-secrets is. A secret here is base64; what it is wrapped in is the business of the backend there.
#
#   run.sh downloader CERT KEY CA URL     values for `-f secrets://FILE`
set -eu

decrypt() {
    [ -f "$1" ] || { echo "[helm-secrets] File does not exist: $1" >&2; exit 1; }
    base64 -d "$1" 2>/dev/null || { echo "[helm-secrets] Error while decrypting file: $1" >&2; exit 1; }
}

download() {
    rest=${4#*://}
    case $4 in
        secrets://*) decrypt "$rest" ;;
        secrets+age-import://*)
            [ -f "${rest%%\?*}" ] || { echo "[helm-secrets] key ${rest%%\?*} does not exist" >&2; exit 1; }
            decrypt "${rest#*\?}"
            ;;
        secrets+literal://*) printf %s "$rest" ;;
        *) echo "[helm-secrets] Unknown protocol $4" >&2; exit 1 ;;
    esac
}

case $1 in
    downloader) shift; download "$@" ;;
    *) exit 1 ;;
esac
