/** Hosts as network namespaces: real networking between real processes, apart from the machine's own. */
package io.gatun.testkit.net;
