/** How fast a master has a large registry back, and whether keeping its disk small makes anybody wait. */
package io.gatun.bench.recovery;
