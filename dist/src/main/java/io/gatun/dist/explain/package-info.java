/** {@code gatun explain}: what would be done, without doing it. */
package io.gatun.dist.explain;
