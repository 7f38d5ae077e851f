if not whole() then return false end
return { epoch, n }
