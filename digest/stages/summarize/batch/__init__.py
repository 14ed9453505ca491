"""OpenAI's Batch API: questions handed in together, answered within a day at half the price.

A batch is a round. Every paper goes as far as the replies in the cache lead; the question that it would ask next, be it
the first one, a correction or a second reading, is handed in. It is the very question that would be asked online, and
its reply is kept under the same key: an ordinary build finds it paid for. What was handed in stands in the server's own
list and in the batch itself, so that a run which died after it, or a cache that was deleted, makes nobody pay twice.
Source: https://platform.openai.com/docs/guides/batch
"""
