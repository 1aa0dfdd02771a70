/** What all HTTP servers of ours share, on Vert.x. */
package io.gatun.mesos.http;
