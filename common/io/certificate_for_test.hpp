// Keys and certificates made for one test: a CA, and what it signs for "localhost" and 127.0.0.1. Valid for an hour.
#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace longshore::io {

// Files in PEM, in a folder that the test gives.
class CertificateForTest {
 public:
  // Signed by itself, or by `issuer`, which outlives this.
  CertificateForTest(const std::string& folder, const std::string& name, const CertificateForTest* issuer = nullptr)
      : cert_file(folder + "/" + name + ".crt"),
        key_file(folder + "/" + name + ".key"),
        key_(EVP_EC_gen("P-256"), &EVP_PKEY_free) {
    static long serial = 0;
    ASN1_INTEGER_set(X509_get_serialNumber(cert_.get()), ++serial);
    X509_set_version(cert_.get(), X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(cert_.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(cert_.get()), 3600);
    X509_set_pubkey(cert_.get(), key_.get());
    const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert_.get()), "CN", MBSTRING_UTF8, text, -1, -1, 0);
    X509_set_issuer_name(cert_.get(), X509_get_subject_name(issuer ? issuer->cert_.get() : cert_.get()));
    add(NID_basic_constraints, issuer ? "CA:FALSE" : "critical,CA:TRUE");
    if (issuer) add(NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    X509_sign(cert_.get(), issuer ? issuer->key_.get() : key_.get(), EVP_sha256());
    write(cert_file, [&](std::FILE* file) { return PEM_write_X509(file, cert_.get()); });
    write(key_file,
          [&](std::FILE* file) { return PEM_write_PrivateKey(file, key_.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }

  const std::string cert_file, key_file;

 private:
  void add(int kind, const char* value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
    X509_add_ext(cert_.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  static void write(const std::string& path, const auto& put) {
    std::FILE* const file = std::fopen(path.c_str(), "w");
    if (file == nullptr || put(file) != 1 || std::fclose(file) != 0) std::abort();
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
  std::unique_ptr<X509, decltype(&X509_free)> cert_{X509_new(), &X509_free};
};

}  // namespace longshore::io
