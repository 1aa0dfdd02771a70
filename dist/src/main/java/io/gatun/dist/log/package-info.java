/** {@code gatun log}: the replicated log, seen and changed from outside. */
package io.gatun.dist.log;
