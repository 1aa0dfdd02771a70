/** Directories, disk usage and project quotas, by descriptors: what java.nio.file does not tell. */
package io.gatun.ffm.file;
