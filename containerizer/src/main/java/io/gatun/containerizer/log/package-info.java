/** Files that take what containers write, bounded in size. */
package io.gatun.containerizer.log;
