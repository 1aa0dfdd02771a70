/** Three masters in network namespaces, their leader harmed again and again: how long nobody leads, and whether anything is lost. */
package io.gatun.bench.failover;
