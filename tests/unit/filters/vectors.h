/* vectors.h: keys and messages of RFC 9421, Appendix B. */
#ifndef QUERN_TESTS_FILTERS_VECTORS_H
#define QUERN_TESTS_FILTERS_VECTORS_H

#define SHARED_SECRET "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
#define RSA_PSS_PUBLIC                                                       \
    "-----BEGIN PUBLIC KEY-----\n"                                           \
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAr4tmm3r20Wd/PbqvP1s2\n"     \
    "+QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct+Lh1GH45x28Rw3Ry53mm+\n"     \
    "oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHq\n"     \
    "gDsznjPFmTOtCEcN2Z1FpWgchwuYLPL+Wokqltd11nqqzi+bJ9cvSKADYdUAAN5W\n"     \
    "Utzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4\n"     \
    "aOT9v6d+nb4bnNkQVklLQ3fVAvJm+xdDOp9LCNCN48V2pnDOkFV6+U9nV5oyc6XI\n"     \
    "2wIDAQAB\n"                                                             \
    "-----END PUBLIC KEY-----\n"
#define P256_PUBLIC                                                          \
    "-----BEGIN PUBLIC KEY-----\n"                                           \
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf\n"     \
    "w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\n"         \
    "-----END PUBLIC KEY-----\n"
#define P256_PRIVATE                                                         \
    "-----BEGIN EC PRIVATE KEY-----\n"                                       \
    "MHcCAQEEIFKbhfNZfpDsW43+0+JjUr9K+bTeuxopu653+hBaXGA7oAoGCCqGSM49\n"     \
    "AwEHoUQDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lfw0EkjqF7xB4FivAxzic30tMM\n"     \
    "4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==\n"                                 \
    "-----END EC PRIVATE KEY-----\n"
#define ED25519_PUBLIC                                                       \
    "-----BEGIN PUBLIC KEY-----\n"                                           \
    "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n"         \
    "-----END PUBLIC KEY-----\n"
#define ED25519_PRIVATE                                                      \
    "-----BEGIN PRIVATE KEY-----\n"                                          \
    "MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n"     \
    "-----END PRIVATE KEY-----\n"

#define TEST_DIGEST "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
#define TEST_REQUEST                                                         \
    "POST /foo?param=Value&Pet=dog HTTP/1.1\r\n"                             \
    "Host: example.com\r\n"                                                  \
    "Date: Tue, 20 Apr 2021 02:07:55 GMT\r\n"                                \
    "Content-Type: application/json\r\n"                                     \
    "Content-Digest: " TEST_DIGEST "\r\n"                                    \
    "Content-Length: 18\r\n"                                                 \
    "\r\n"
#define RESPONSE_DIGEST "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:"
/* The fields of the response, behind a request line. */
#define TEST_RESPONSE                                                        \
    "POST / HTTP/1.1\r\n"                                                    \
    "Host: a\r\n"                                                            \
    "Date: Tue, 20 Apr 2021 02:07:56 GMT\r\n"                                \
    "Content-Type: application/json\r\n"                                     \
    "Content-Digest: " RESPONSE_DIGEST "\r\n"                                \
    "Content-Length: 23\r\n"                                                 \
    "\r\n"

#define B21_INPUT "();created=1618884473;keyid=\"test-key-rsa-pss\";nonce=\"b3k2pp5k7z-50gnwp.yemd\""
#define B21_SIGNATURE                                                        \
    "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopem"                        \
    "LJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG"      \
    "52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx"      \
    "2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6"      \
    "UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3"      \
    "+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q=="
#define B22_INPUT                                                            \
    "(\"@authority\" \"content-digest\" \"@query-param\";name=\"Pet\");created=1618884473;keyid=\"test-key-rsa-pss\";tag=\"header-example\""
#define B22_SIGNATURE                                                        \
    "LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQ"                        \
    "EdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT"      \
    "8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SA"      \
    "RYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd"      \
    "4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoK"      \
    "UqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw=="
#define B23_INPUT                                                            \
    "(\"date\" \"@method\" \"@path\" \"@query\" \"@authority\" \"content-type\" \"content-digest\" \"content-length\")" \
    ";created=1618884473;keyid=\"test-key-rsa-pss\""
#define B23_SIGNATURE                                                        \
    "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yB"                        \
    "iMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fU"      \
    "xN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1"      \
    "pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9"      \
    "bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5Z"      \
    "JzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA=="
#define B24_INPUT                                                            \
    "(\"@status\" \"content-type\" \"content-digest\" \"content-length\");created=1618884473;keyid=\"test-key-ecc-p256\""
#define B24_SIGNATURE "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw=="
#define B25_INPUT "(\"date\" \"@authority\" \"content-type\");created=1618884473;keyid=\"test-shared-secret\""
#define B25_SIGNATURE "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="
#define B26_INPUT                                                            \
    "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473;keyid=\"test-key-ed25519\""
#define B26_SIGNATURE "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="

#endif
