/** Role {@code net}: DNS and virtual IPs of a node, fed by one stream of the master's events. */
package io.gatun.dist.net;
