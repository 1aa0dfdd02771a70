/** {@code gatun up}: every role in one process. */
package io.gatun.dist.up;
