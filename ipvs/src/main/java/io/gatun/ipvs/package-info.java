/** Virtual IPs on IPVS, in the kernel. */
package io.gatun.ipvs;
