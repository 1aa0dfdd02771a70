/** Service names: authoritative answers from pre-encoded wire. */
package io.gatun.dnsserver;
