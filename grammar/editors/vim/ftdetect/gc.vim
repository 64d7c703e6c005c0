autocmd BufNewFile,BufRead *.gc setfiletype gc
