/** How fast a task can be found once it runs, and no more once it has ended. */
package io.gatun.bench.vip;
