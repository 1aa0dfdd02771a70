/** Container life cycle: launch, usage, wait, kill, destroy, recover. */
package io.gatun.containerizer;
