/** Files by descriptors and names in directories, disk usage and project quotas: what java.nio.file does not tell. */
package io.gatun.ffm.file;
