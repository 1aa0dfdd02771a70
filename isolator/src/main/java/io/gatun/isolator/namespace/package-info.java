/** Namespaces: the {@code namespaces/*} isolators. */
package io.gatun.isolator.namespace;
