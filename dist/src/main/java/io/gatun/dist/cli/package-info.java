/** The commands of {@code gatun} as picocli sees them: flags in, one role out. */
package io.gatun.dist.cli;
