/** Standard streams that lead to the agent: to those who attach, and to files that are bounded in size. */
package io.gatun.containerizer.session;
