prepare()
return { epoch, n, now }
