/** Roots, volumes and what is mounted into every root: the {@code filesystem/*} and {@code volume/*} isolators. */
package io.gatun.isolator.filesystem;
