#!/usr/bin/env bash
# signed.sh: a signed request with curl and openssl alone (RFC 9421, hmac-sha256).
#
#     signed.sh KEYID SECRET_BASE64 METHOD URL [BODY]        JSON
set -euo pipefail
keyid=$1 secret=$2 method=$3 url=$4 body=${5-}

rest=${url#*://}
authority=${rest%%/*}
target=${rest#"$authority"}
path=${target%%\?*}
query=${target#"$path"}
key=$(printf %s "$secret" | base64 -d | od -An -v -tx1 | tr -d ' \n')

names='"@method" "@authority" "@path" "@query"'
base=$(printf '"@method": %s\n"@authority": %s\n"@path": %s\n"@query": %s' "$method" "${authority,,}" "${path:-/}" "${query:-?}")
fields=()
if [[ $body ]]; then
    digest="sha-256=:$(printf %s "$body" | openssl dgst -sha256 -binary | base64 -w0):"
    names+=' "content-digest" "content-type"'
    base+=$(printf '\n"content-digest": %s\n"content-type": application/json' "$digest")
    fields+=(-H 'Content-Type: application/json' -H "Content-Digest: $digest" --data-binary "$body")
fi
input="($names);created=$(date +%s);keyid=\"$keyid\";nonce=\"$(openssl rand -hex 16)\";tag=\"quern\""
base+=$(printf '\n"@signature-params": %s' "$input")
mac=$(printf %s "$base" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64 -w0)

exec curl -sS --path-as-is -X "$method" "${fields[@]}" -H "Signature-Input: sig=$input" -H "Signature: sig=:$mac:" "$url"
