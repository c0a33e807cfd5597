#!/bin/sh
# Makes certificates.ts with openssl 3: sh test/core/x509/make-certificates.sh
# Everything is valid for a hundred years but "short", which is for ten days.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cd "$work"

ca='basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign,cRLSign'
sign='keyUsage=critical,digitalSignature'

# key NAME OPTIONS...: a private key.
key() { name=$1; shift; openssl genpkey -quiet -out "$name.key" "$@" 2>/dev/null || openssl genpkey -out "$name.key" "$@" 2>/dev/null; }
# cert NAME SIGNER EXTENSIONS [DAYS] [OPTIONS...]: NAME's certificate by SIGNER.
cert() {
  name=$1; signer=$2; printf '%s\n' "$3" > "$name.ext"; days=${4:-36500}
  shift 3; [ $# -eq 0 ] || shift
  openssl req -new -key "$name.key" -subj "/CN=$name" -out "$name.csr" 2>/dev/null
  if [ "$signer" = "$name" ]; then set -- -key "$name.key" "$@"
  else set -- -CA "$signer.crt" -CAkey "$signer.key" -set_serial "$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')" "$@"; fi
  openssl x509 -req -in "$name.csr" -days "$days" -extfile "$name.ext" -out "$name.crt" "$@" 2>/dev/null
}
p256='-algorithm EC -pkeyopt ec_paramgen_curve:P-256'
p384='-algorithm EC -pkeyopt ec_paramgen_curve:P-384'
p521='-algorithm EC -pkeyopt ec_paramgen_curve:P-521'
rsa='-algorithm RSA -pkeyopt rsa_keygen_bits:2048'

key root $p256; cert root root "$ca"
key other $p256; cert other other "$ca"
key inter $p384; cert inter root "basicConstraints=critical,CA:true,pathlen:0
keyUsage=critical,keyCertSign" 36500 -sha384
key leaf $p256; cert leaf inter "$sign
subjectAltName=critical,URI:https://idp.example
extendedKeyUsage=serverAuth" 36500 -sha512
key direct $rsa; cert direct root "$sign"
key pinned $p256; cert pinned pinned "$sign"

key rsaRoot $rsa; cert rsaRoot rsaRoot "$ca"
key rsaLeaf $rsa; cert rsaLeaf rsaRoot "$sign" 36500 -sha512
key pssLeaf $p521; cert pssLeaf rsaRoot "$sign" 36500 -sha384 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:48
key p521Root $p521; cert p521Root p521Root "$ca" 36500 -sha512
key p521Leaf $p384; cert p521Leaf p521Root "$sign" 36500 -sha512
key edRoot -algorithm ED25519; cert edRoot edRoot "$ca"
key edLeaf -algorithm ED25519; cert edLeaf edRoot "$sign"

key below $p256; cert below inter "$ca"
key tooDeep $p256; cert tooDeep below "$sign"
key noUsage $p256; cert noUsage root "basicConstraints=CA:false"
key encipher $rsa; cert encipher root "keyUsage=critical,keyEncipherment"
key notCa $p256; cert notCa root "$sign"
key byNotCa $p256; cert byNotCa notCa "$sign"
key noCertSign $p256; cert noCertSign root "basicConstraints=critical,CA:true
keyUsage=critical,digitalSignature"
key byNoCertSign $p256; cert byNoCertSign noCertSign "$sign"
key short $p256; cert short root "$ca" 10
key byShort $p256; cert byShort short "$sign"
key sha1 $p256; cert sha1 root "$sign" 36500 -sha1
key critical $p256; cert critical root "$sign
1.2.3.4.5=critical,ASN1:NULL"
key constrained $p256; cert constrained root "$ca
nameConstraints=critical,permitted;DNS:example"
key byConstrained $p256; cert byConstrained constrained "$sign"
key weakRoot -algorithm RSA -pkeyopt rsa_keygen_bits:1024; cert weakRoot weakRoot "$ca"
key byWeak $p256; cert byWeak weakRoot "$sign"
key koblitz -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1; cert koblitz root "$sign"
# The same name as root with another key.
key forged $p256
openssl req -x509 -key forged.key -subj /CN=root -days 36500 -addext basicConstraints=critical,CA:true -out forged.crt
key byForged $p256; cert byForged forged "$sign"
key versionOne $p256; openssl req -new -key versionOne.key -subj /CN=versionOne -out versionOne.csr
openssl x509 -req -in versionOne.csr -days 36500 -CA root.crt -CAkey root.key -set_serial 1 -out versionOne.crt 2>/dev/null

{
  echo "// Made by make-certificates.sh. Base64 of DER, as in x5c, by the common name of each."
  echo "export const certificates = {"
  for file in *.crt; do
    echo "  ${file%.crt}:"
    echo "    \"$(openssl x509 -in "$file" -outform DER | base64 -w0)\","
  done
  echo "} as const;"
} > "$here/certificates.ts"
